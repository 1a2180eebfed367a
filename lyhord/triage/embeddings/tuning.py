"""Fine-tunes the upper layers of the embedding model to what posts are: for who makes lyhord, not for who runs it.

The lower layers stay as they are, so their answers are worked out once. The upper ones get changes of low rank (LoRA: Hu and
others, 2021), with their biases and norms; the heads that teach them are thrown away. Needs PyTorch, of the extra `tuning`.
"""

import logging
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from torch import Tensor, nn

from lyhord.triage.embeddings import build, graph, model, weights
from lyhord.triage.learned import examples, teaching
from lyhord.triage.learned.examples import Example

RANK = 16
DROP = 0.1
SMOOTH = 0.05
LARGEST = 8.0  # length at which the heads see an embedding
RATE = 1e-3  # of learning
ROUNDS = 3  # walks through the own posts; further ones taught our authors rather than the language
WARMING = 60  # first steps, at which the rate rises
OWN_BATCH, PUBLISHED_BATCH = 48, 96
PER_ROUND = 4_000  # texts of each published set
MOST_PIECES = 126
SEED = 4
NOWHERE = -1e9

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One question that the embedding shall answer."""

    name: str
    labels: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Texts:
    """Texts at the middle of the model, and the labels that they have."""

    states: Sequence[Tensor]  # (tokens, width) each, half precision
    wanted: Mapping[str, Tensor]  # task to label numbers; -1 where nobody said
    weights: Tensor  # of the texts beside each other

    def batch(self, numbers: Sequence[int]) -> tuple[Tensor, Tensor]:
        chosen = [self.states[number] for number in numbers]
        lengths = torch.tensor([len(one) for one in chosen])
        x = nn.utils.rnn.pad_sequence([one.float() for one in chosen], batch_first=True)
        return x, lengths


class Linear(nn.Module):
    """A matrix as it was, and a change of low rank beside it."""

    def __init__(self, read: weights.Weights, name: str, width: int, is_changed: bool) -> None:
        super().__init__()
        self.name = name
        matrix = torch.from_numpy(read.matrix(f"{name}.w", width).copy())
        self.register_buffer("matrix", matrix)
        self.bias = nn.Parameter(torch.from_numpy(read.floats(f"{name}.b").copy()), is_changed)
        rank = RANK if is_changed else 0
        self.down = nn.Parameter(torch.randn(rank, width) / math.sqrt(width), is_changed)
        self.up = nn.Parameter(torch.zeros(len(matrix), rank), is_changed)

    def forward(self, x: Tensor) -> Tensor:
        out = F.linear(x, self.get_buffer("matrix"), self.bias)
        return out + F.linear(F.linear(x, self.down), self.up) if len(self.down) else out

    def changes(self) -> Iterator[tuple[str, Tensor]]:
        yield f"{self.name}.w.down", self.down
        yield f"{self.name}.w.up", self.up
        yield f"{self.name}.b", self.bias


class Norm(nn.Module):
    def __init__(self, read: weights.Weights, name: str, is_changed: bool) -> None:
        super().__init__()
        self.name, self.epsilon = name, read.shape.epsilon
        self.scale = nn.Parameter(torch.from_numpy(read.floats(f"{name}.w").copy()), is_changed)
        self.bias = nn.Parameter(torch.from_numpy(read.floats(f"{name}.b").copy()), is_changed)

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, self.scale.shape, self.scale, self.bias, self.epsilon)

    def changes(self) -> Iterator[tuple[str, Tensor]]:
        yield f"{self.name}.w", self.scale
        yield f"{self.name}.b", self.bias


class Layer(nn.Module):
    """As `graph.Graph.layer`, in whole numbers of its parts."""

    def __init__(self, read: weights.Weights, number: int, is_changed: bool) -> None:
        super().__init__()
        shape = read.shape
        self.heads = shape.heads
        self.q, self.k, self.v, self.ao, self.fi = (
            Linear(read, f"l{number}.{part}", shape.width, is_changed) for part in ("q", "k", "v", "ao", "fi")
        )
        self.fo = Linear(read, f"l{number}.fo", shape.inner, is_changed)
        self.aln = Norm(read, f"l{number}.aln", is_changed)
        self.oln = Norm(read, f"l{number}.oln", is_changed)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        texts, tokens, _ = x.shape
        q, k, v = (
            part(x).view(texts, tokens, self.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        seen = self.ao(seen.transpose(1, 2).reshape(texts, tokens, -1))
        x = self.aln(x + F.dropout(seen, DROP, self.training))
        return self.oln(x + F.dropout(self.fo(F.gelu(self.fi(x))), DROP, self.training))


class Upper(nn.Module):
    """The layers that are tuned, and a head for each task that tunes them."""

    def __init__(self, read: weights.Weights, tasks: Sequence[Task]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            Layer(read, number, is_changed=True)
            for number in range(graph.MIDDLE, min(graph.LAYERS, read.shape.layers))
        )
        self.heads = nn.ModuleDict(
            {task.name: nn.Linear(2 * read.shape.width, len(task.labels)) for task in tasks}
        )

    def forward(self, x: Tensor, lengths: Tensor) -> dict[str, Tensor]:
        bias, share = shares(x, lengths)
        middle = F.normalize((x * share).sum(1), dim=-1)
        for layer in self.layers:
            x = layer(x, bias)
        seen = torch.cat([F.normalize((x * share).sum(1), dim=-1), middle], 1)
        seen = F.dropout(LARGEST * seen, DROP, self.training)
        return {name: head(seen) for name, head in self.heads.items()}

    def changes(self) -> dict[str, Any]:
        """What differs from the weights that were read, by their names."""
        return {
            name: values.detach().numpy()
            for part in self.modules()
            if isinstance(part, Linear | Norm)
            for name, values in part.changes()
        }


def shares(x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """What keeps attention from tokens that are not there, and each token's part in the mean."""
    is_there = torch.arange(x.shape[1])[None] < lengths[:, None]
    bias = torch.where(is_there, 0.0, NOWHERE)[:, None, None, :]
    return bias, (is_there / lengths[:, None])[..., None].float()


class Lower:
    """Texts to their states at the middle of the model, which tuning leaves as they are."""

    def __init__(self, read: weights.Weights) -> None:
        self.read = read
        self.norm = Norm(read, "emb.ln", is_changed=False)
        self.layers = [Layer(read, number, is_changed=False).eval() for number in range(graph.MIDDLE)]
        self.cut = build.cutter(read)

    @torch.no_grad()
    def __call__(self, texts: Sequence[str]) -> list[Tensor]:
        numbers = [self.numbers(text) for text in texts]
        states: dict[int, Tensor] = {}
        for places in batches(numbers, model.BATCH_TOKENS):
            rows = [self.first(numbers[place]) for place in places]
            lengths = torch.tensor([len(row) for row in rows])
            x = self.norm(nn.utils.rnn.pad_sequence(rows, batch_first=True))
            bias, _ = shares(x, lengths)
            for layer in self.layers:
                x = layer(x, bias)
            states |= {place: x[row, : lengths[row]].half() for row, place in enumerate(places)}
        return [states[place] for place in range(len(texts))]

    def numbers(self, text: str) -> list[int]:
        special = self.read.specials
        inner = self.cut.of(model.QUERY + " ".join(text.split()), MOST_PIECES)
        return [special[weights.BEGINNING], *inner, special[weights.END]]

    def first(self, numbers: Sequence[int]) -> Tensor:
        return torch.from_numpy(
            self.read.rows("emb.word", numbers) + build.positions(self.read)[: len(numbers)]
        )


def batches(numbers: Sequence[Sequence[int]], most: int) -> Iterator[list[int]]:
    """Places of texts of like length, so many that they hold at most `most` tokens."""
    batch: list[int] = []
    for place in sorted(range(len(numbers)), key=lambda place: len(numbers[place])):
        if batch and (len(batch) + 1) * len(numbers[place]) > most:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def tune(
    own: Sequence[Example],
    published: Mapping[str, Sequence[Example]],
    tasks: Sequence[Task],
    read: weights.Weights | None = None,
) -> Upper:
    """The upper layers, taught on our own posts and, task by task, on published sets. The same in, the same out, on one machine.

    `published`: name of a task to its examples. Takes about eighteen minutes on one core.
    """
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    read = read or weights.read(build.source())
    lower, upper = Lower(read), Upper(read, tasks)
    sets = [prepared(lower, own, tasks)]
    for name, some in published.items():
        most = min(len(some), ROUNDS * PER_ROUND)
        chosen = random.Random(f"{SEED}{name}").sample(list(some), most)  # noqa: S311 - no secret
        sets.append(prepared(lower, chosen, tasks))
    losses = {task.name: (task.weight, rarity(sets[0].wanted[task.name], task)) for task in tasks}
    steps = [step for round_ in range(ROUNDS) for step in walk(sets, round_)]
    changed = [values for name, values in upper.named_parameters() if not name.startswith("heads.")]
    groups = [{"params": changed, "scale": 1.0}, {"params": upper.heads.parameters(), "scale": 2.0}]
    optimizer = torch.optim.AdamW(groups, RATE, weight_decay=0.01)
    upper.train()
    for number, (place, batch) in enumerate(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * group["scale"] * pace(number, len(steps))
        said = upper(*sets[place].batch(batch))
        loss = torch.stack(list(losses_of(said, sets[place], batch, losses))).sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        optimizer.step()
        if number % 100 == 0:
            log.info("step %d of %d: loss %.2f", number, len(steps), float(loss.detach()))
    return upper.eval()


def prepared(lower: Lower, examples: Sequence[Example], tasks: Sequence[Task]) -> Texts:
    wanted = {
        task.name: torch.tensor(
            [task.labels.index(one.labels[task.name]) if task.name in one.labels else -1 for one in examples]
        )
        for task in tasks
    }
    return Texts(
        lower([one.text for one in examples]), wanted, torch.tensor([one.weight for one in examples])
    )


def rarity(wanted: Tensor, task: Task) -> Tensor | None:
    """Weights of the kinds, by the root of their rarity; other tasks are taken as they are."""
    if task.name != "kind":
        return None
    sizes = torch.bincount(wanted[wanted >= 0], minlength=len(task.labels)).float()
    return (sizes.sum() / (len(sizes) * sizes)).sqrt()


def losses_of(
    said: Mapping[str, Tensor],
    texts: Texts,
    batch: Sequence[int],
    losses: Mapping[str, tuple[float, Tensor | None]],
) -> Iterator[Tensor]:
    for name, points in said.items():
        chosen = torch.tensor(batch)
        wanted, each = texts.wanted[name][chosen], texts.weights[chosen]
        if bool((wanted >= 0).any()):
            weight, by_label = losses[name]
            if by_label is not None:
                each = each * by_label[wanted.clamp(min=0)]
            each = each * (wanted >= 0)
            lost = F.cross_entropy(points, wanted, ignore_index=-1, label_smoothing=SMOOTH, reduction="none")
            yield weight * (lost * each).sum() / each.sum()


def walk(sets: Sequence[Texts], round_: int) -> list[tuple[int, list[int]]]:
    """One walk: all own posts, and the next part of each published set; batches of texts of like length, shuffled."""
    chance = random.Random(f"{SEED}-{round_}")  # noqa: S311 - no secret
    steps = []
    for place, texts in enumerate(sets):
        count, size = len(texts.states), PUBLISHED_BATCH if place else OWN_BATCH
        numbers = list(range(count))
        if place and count > PER_ROUND:
            numbers = numbers[round_ * PER_ROUND : (round_ + 1) * PER_ROUND]
        chance.shuffle(numbers)
        for start in range(0, len(numbers), 20 * size):
            some = sorted(numbers[start : start + 20 * size], key=lambda number: len(texts.states[number]))
            steps += [(place, some[first : first + size]) for first in range(0, len(some), size)]
    chance.shuffle(steps)
    return steps


def pace(number: int, count: int) -> float:
    """The learning rate's share: it rises at first, and then falls as a cosine does."""
    return min(1.0, (number + 1) / WARMING) * 0.5 * (1 + math.cos(math.pi * number / count))


WEIGHTS: Mapping[str, float] = {
    "kind": 1.0, "answer": 0.0, "topic": 0.5, "sentiment": 0.6, "urgency": 0.3, "abusive": 0.3, "purpose": 0.3, "journey": 0.15,
    "polarity": 0.6, "offensive": 0.6,
}  # fmt: skip


def shipped() -> dict[str, Any]:
    """What tuning changes, taught on all that ships for learning."""
    labels = {**teaching.HEADS, **teaching.LARGE}
    tasks = [Task(name, labels[name], weight) for name, weight in WEIGHTS.items() if weight]
    published = {"polarity": examples.polarity(own=False), "offensive": examples.offensive(own=False)}
    own = [one for one in examples.shipped() if not examples.is_kept_back(one.text)]
    return tune(own, published, tasks).changes()
