// The emoji that customer service uses, each with its name in English, Swedish, Finnish, Norwegian and Danish.
const LANGUAGES = ["en", "sv", "fi", "nb", "da"];
const ALL = `
😀|grinning face|leende ansikte|hymyilevä|smilende fjes|smilende ansigt
😊|happy, blushing|glad, rodnande|iloinen, punastuva|glad, rødmende|glad, rødmende
🙂|slight smile|litet leende|pieni hymy|lite smil|lille smil
😉|wink|blinkning|silmänisku|blunk|blink
😍|heart eyes|hjärtögon|sydänsilmät|hjerteøyne|hjerteøjne
🥰|in love|kär|rakastunut|forelsket|forelsket
😘|kiss|kyss|suukko|kyss|kys
😂|tears of joy|glädjetårar|ilon kyyneleet|gledestårer|glædestårer
🤣|rolling with laughter|rullar av skratt|kierii naurusta|ruller av latter|ruller af grin
😅|relieved laugh, sweat|lättat skratt, svett|huojentunut, hiki|lettet, svette|lettet, sved
😎|cool, sunglasses|cool, solglasögon|siisti, aurinkolasit|kul, solbriller|sej, solbriller
🤩|star-struck|stjärnögon|tähtisilmät|stjerneøyne|stjerneøjne
🥳|party|fest|juhlat|fest|fest
🤗|hug|kram|halaus|klem|kram
🤔|thinking|funderar|miettii|tenker|tænker
🤨|raised eyebrow|höjt ögonbryn|kohotettu kulma|hevet øyenbryn|hævet øjenbryn
😐|neutral|neutral|neutraali|nøytral|neutral
🙄|rolling eyes|himlar med ögonen|pyörittää silmiään|himler med øynene|himler med øjnene
😏|smirk|flin|virnistys|flir|smørret grin
😬|grimace|grimas|irvistys|grimase|grimasse
😌|relieved|lättad|helpottunut|lettet|lettet
😴|asleep|sover|nukkuu|sover|sover
😷|face mask|munskydd|kasvomaski|munnbind|mundbind
🤒|ill, fever|sjuk, feber|sairas, kuume|syk, feber|syg, feber
🤕|hurt|skadad|loukkaantunut|skadet|skadet
🥶|freezing|fryser|palelee|fryser|fryser
🥵|hot|varm|kuuma|varm|varm
😕|confused|förvirrad|hämmentynyt|forvirret|forvirret
😟|worried|orolig|huolestunut|bekymret|bekymret
🙁|slight frown|lite ledsen|hieman surullinen|litt trist|lidt trist
😮|surprised|förvånad|yllättynyt|overrasket|overrasket
😳|flushed|generad|nolostunut|flau|flov
🥺|pleading|vädjande|anova|bedende|bedende
😢|crying|gråter|itkee|gråter|græder
😭|sobbing|storgråter|itkee kovasti|hulker|hulker
😱|scream|skrik|kirkuu|skrik|skrig
😤|huffing|frustar|tuhisee|fnyser|fnyser
😡|angry|arg|vihainen|sint|vred
🤬|swearing|svär|kiroilee|banner|bander
🤯|mind blown|mållös|mykistynyt|målløs|målløs
🤖|robot|robot|robotti|robot|robot
👋|wave, hello|vinkar, hej|vilkutus, hei|vinker, hei|vinker, hej
👍|thumbs up|tummen upp|peukku ylös|tommel opp|tommel op
👎|thumbs down|tummen ner|peukku alas|tommel ned|tommel ned
👌|ok hand|ok|ok-käsi|ok|ok
✌️|victory|segertecken|voitonmerkki|seierstegn|sejrstegn
🤞|fingers crossed|håller tummarna|sormet ristissä|krysser fingrene|krydser fingre
👏|applause|applåd|taputus|applaus|klapsalve
🙌|raised hands|händerna upp|kädet ylös|hendene opp|hænderne op
🙏|thanks, please|tack, snälla|kiitos, ole kiltti|takk, vær så snill|tak, vær så venlig
🤝|handshake|handslag|kättely|håndtrykk|håndtryk
💪|strong|stark|vahva|sterk|stærk
👀|eyes|ögon|silmät|øyne|øjne
🙋|raised hand|räcker upp handen|viittaa|rekker opp hånden|rækker hånden op
🤷|shrug|rycker på axlarna|kohauttaa olkapäitään|trekker på skuldrene|trækker på skuldrene
🤦|facepalm|ta sig för pannan|kämmen otsalla|tar seg til hodet|tager sig til hovedet
❤️|red heart|rött hjärta|punainen sydän|rødt hjerte|rødt hjerte
💙|blue heart|blått hjärta|sininen sydän|blått hjerte|blåt hjerte
💚|green heart|grönt hjärta|vihreä sydän|grønt hjerte|grønt hjerte
💛|yellow heart|gult hjärta|keltainen sydän|gult hjerte|gult hjerte
💔|broken heart|brustet hjärta|särkynyt sydän|knust hjerte|knust hjerte
✨|sparkles|gnistor|kimallus|gnister|gnister
⭐|star|stjärna|tähti|stjerne|stjerne
🔥|fire|eld|tuli|ild|ild
🎉|celebration|firande|juhlinta|feiring|fejring
🎁|gift|present|lahja|gave|gave
🎂|birthday cake|födelsedagstårta|syntymäpäiväkakku|bursdagskake|fødselsdagskage
🌸|flower|blomma|kukka|blomst|blomst
🌈|rainbow|regnbåge|sateenkaari|regnbue|regnbue
☀️|sun|sol|aurinko|sol|sol
🌧️|rain|regn|sade|regn|regn
❄️|snow|snö|lumi|snø|sne
⚡|lightning|blixt|salama|lyn|lyn
☕|coffee|kaffe|kahvi|kaffe|kaffe
🍕|pizza|pizza|pizza|pizza|pizza
✅|done, check|klart, bock|valmis, merkki|ferdig, hake|færdig, flueben
❌|cross, no|kryss, nej|rasti, ei|kryss, nei|kryds, nej
⚠️|warning|varning|varoitus|advarsel|advarsel
❗|exclamation|utropstecken|huutomerkki|utropstegn|udråbstegn
❓|question|frågetecken|kysymysmerkki|spørsmålstegn|spørgsmålstegn
ℹ️|information|information|tietoa|informasjon|information
💡|idea|idé|idea|idé|idé
📌|pin|nål|nasta|nål|nål
📍|place|plats|paikka|sted|sted
📅|calendar|kalender|kalenteri|kalender|kalender
⏰|alarm clock|väckarklocka|herätyskello|vekkerklokke|vækkeur
⏳|hourglass, wait|timglas, vänta|tiimalasi, odota|timeglass, vent|timeglas, vent
📞|telephone|telefon|puhelin|telefon|telefon
📱|mobile|mobil|kännykkä|mobil|mobil
📧|mail|e-post|sähköposti|e-post|mail
📷|camera|kamera|kamera|kamera|kamera
🔒|locked, private|låst, privat|lukittu, yksityinen|låst, privat|låst, privat
🔑|key|nyckel|avain|nøkkel|nøgle
🔧|tool, repair|verktyg, reparera|työkalu, korjaus|verktøy, reparere|værktøj, reparere
🛒|shopping cart|kundvagn|ostoskärry|handlekurv|indkøbskurv
📦|parcel|paket|paketti|pakke|pakke
🚚|delivery van|leveransbil|jakeluauto|varebil|varebil
💳|card, payment|kort, betalning|kortti, maksu|kort, betaling|kort, betaling
💶|money, euro|pengar, euro|raha, euro|penger, euro|penge, euro
🧾|receipt|kvitto|kuitti|kvittering|kvittering
🚆|train|tåg|juna|tog|tog
🚌|bus|buss|bussi|buss|bus
✈️|aeroplane|flygplan|lentokone|fly|fly
🚲|bicycle|cykel|polkupyörä|sykkel|cykel
🧳|luggage|resväska|matkalaukku|koffert|kuffert
🏠|house|hus|talo|hus|hus
♿|wheelchair, accessible|rullstol, tillgänglig|pyörätuoli, esteetön|rullestol, tilgjengelig|kørestol, tilgængelig
🐶|dog|hund|koira|hund|hund
🐱|cat|katt|kissa|katt|kat
🇸🇪|Sweden|Sverige|Ruotsi|Sverige|Sverige
🇫🇮|Finland|Finland|Suomi|Finland|Finland
🇳🇴|Norway|Norge|Norja|Norge|Norge
🇩🇰|Denmark|Danmark|Tanska|Danmark|Danmark
`;

// Names in the reader's language first, then in English: people search by either.
export function named(language) {
  const column = Math.max(0, LANGUAGES.indexOf(language.slice(0, 2))) + 1;
  return ALL.trim().split("\n").map((line) => line.split("|")).map(([sign, ...names]) => ({ sign, names: [names[column - 1], names[0]] }));
}
