"""Watches a page: whether a script ran that is not ours, what it asked for, and what customers' words became in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, Route

from tests.journeys.conftest import is_ours, log_in
from tests.journeys.installation import Installation

WIDE = 1280

# What hostile strings call when they run. The browser's own driver evaluates its words too, under names of its own.
HOOKS = """
(() => {
  const tell = (what) => { if (!/UtilityScript|__playwright|pptr:/.test(new Error().stack)) window.lyhordRan(what); };
  for (const name of ["alert", "prompt", "confirm", "print", "open"]) window[name] = () => { tell(name); return null; };
  for (const name of ["eval", "Function"]) {
    window[name] = new Proxy(window[name], {
      apply(real, self, given) { tell(name); return Reflect.apply(real, self, given); },
      construct(real, given) { tell(name); return Reflect.construct(real, given); },
    });
  }
  for (const name of ["setTimeout", "setInterval"]) {
    const real = window[name];
    window[name] = (what, ...given) => { if (typeof what === "string") tell(name); return real(what, ...given); };
  }
})();
"""

# What must not be anywhere in a document of ours.
WALK = """
() => {
  const wrong = [], ours = location.origin + "/static/";
  const places = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcdoc", "background"];
  const told = (node, why) => wrong.push(`${why}: ${node.outerHTML.slice(0, 160)}`);
  for (const node of document.querySelectorAll("*")) {
    const tag = node.localName;
    if (tag === "script" && !node.src.startsWith(ours) && node.type !== "application/json") told(node, "a script");
    if (["iframe", "frame", "frameset", "object", "embed", "applet", "base", "style", "math", "foreignobject", "marquee",
         "portal", "isindex", "bgsound", "animate", "set", "audio", "video"].includes(tag)) told(node, "an element");
    if (tag === "meta" && node.httpEquiv) told(node, "a meta");
    if (tag === "link" && !node.href.startsWith(ours)) told(node, "a link");
    if (tag === "form" && new URL(node.getAttribute("action") || "", location.href).origin !== location.origin)
      told(node, "a form");
    for (const one of node.attributes) {
      if (/^(on|hx-on|data-hx-on)/i.test(one.name)) told(node, `an attribute ${one.name}`);
      if (one.name === "style" && !node.matches("[data-own-style]")) told(node, "a style");
      if (places.includes(one.name) && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data):/i.test(one.value.replace(/\\s/g, "")))
        if (!(tag === "img" && /^data:image/.test(one.value))) told(node, `a ${one.name}`);
    }
  }
  return wrong;
}
"""


@dataclass
class Watch:
    """What was seen so far, over all pages."""

    there: Installation
    ran: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # by the policy
    wrong: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seen: int = 0

    def visit(self, page: Page, path: str, *, is_searched: bool = True) -> None:
        """Go there and let what would run do so; `is_searched`: the document must hold nothing but ours."""
        try:
            answer = page.goto(self.there.url + path, wait_until="load")
        except Error as problem:  # words that were taken for markup may lead away
            self.faults.append(f"{path}: {str(problem).splitlines()[0]}")
            return
        self.seen += 1
        if answer is not None and answer.status >= 500:
            self.faults.append(f"{path}: {answer.status}")
        if is_searched:
            self.wrong += [f"{path}: {one}" for one in page.evaluate(WALK)]
            # A fragment alone has no style, so its width says nothing.
            width = page.evaluate("document.styleSheets.length ? document.documentElement.scrollWidth : 0")
            if width > WIDE:
                self.wrong.append(f"{path}: {width} wide")

    def heard(self, source: dict[str, Any], what: str) -> None:
        self.ran.append(f"{source['frame'].url}: {what}")

    def routed(self, route: Route, request: Request) -> None:
        if is_ours(request.url, self.there):
            route.continue_()
        else:
            self.outside.append(request.url)
            route.abort()

    def said(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.refused.append(text)


@contextmanager
def watched(
    chromium: Browser, there: Installation, who: str, *, has_policy: bool
) -> Iterator[tuple[Watch, Page]]:
    """A browser of its own, with the policy or, as if a browser knew none, without it."""
    context: BrowserContext = chromium.new_context(
        bypass_csp=not has_policy, viewport={"width": WIDE, "height": 800}
    )
    watch = Watch(there)
    try:
        context.expose_binding("lyhordRan", watch.heard)
        context.add_init_script(HOOKS)
        context.route("**/*", watch.routed)
        page = context.new_page()
        page.on("console", lambda message: watch.said(message.text))
        page.on("dialog", lambda dialog: dialog.dismiss())
        if who:
            log_in(page, there, who)
        yield watch, page
    finally:
        context.close()
