"""Words that mean the same in all our languages: loans, technical words, signs."""

WORDS: dict[str, str] = {
    "good": "👍, 😍, 🥰, 🙏, 👏, 🌟, ⭐, 🎉, 🥳, 🤩, 💚, 💙, ❤, ♥, 😊, 🥹, top=1, super*, perfect*, wow, respect, respekt",
    "bad": "😡=2, 🤬=2, 😠=2, 👎=2, 🤮=2, 🙄=1.5, 🤡=1.5, 💩=2, 😤=2, 😒, 🤦=1.5, 😭=0.5, 🖕=2, fail, wtf, omg=0.3",
    "irony": "👌, 👏👏, 🙃=2, 🙄=2, 🤡=2, lol, haha",
    "chat": "haha*, hihi*, hehe*, hæhæ, lol, lmao, rofl, 😂=0.6, 🤣=0.7, 😅=0.4, ⚽=2, 🏒=2, ⛷=2, 🏆, 🍻, 🇫🇮=2, 🇸🇪=2,"
    " 🇳🇴=2, 🇩🇰=2",
    "spam": "bitcoin*=3, btc=3, crypto*=2, krypto*=2, forex=3, casino*=2, kasino*=2, onlyfans=3, viagra=3, giveaway=2,"
    " whatsapp=1, telegram=1, airdrop=3, nft=2, jackpot*=2, bonus*=0.7, 👉=1, 💰=2, 💸=2, 🤑=2, 🔥🔥🔥, promo=1.5, earn*=0.7,"
    " seo=2, followers=1, free spins=3",
    "abuse": "🖕=2",
    "abuse_not": "idiotisk*=3, idiotic*=3, idiotsäk*=3, idioottima*=3, idioottiva*=3, stupid app=2, dumt=1, dumb question=2, stupid question=2,"
    " dum fråga=2, dumt spørsmål=2, dum spørgsmål=2, dumt spørgsmål=2, tyhmä kysymys=2",
    "t_account": "login*, log in, bankid=1.5, mitid=1.5, app=0.4, gdpr=0, pin=0.6, password, vipps=0.7, mobilepay=0.7",
    "t_outage": "wifi, wi-fi, 5g, 4g, internet*, router*, modem*, vpn, server*, dns, bredband*, bredbånd*, offline",
    "t_privacy": "gdpr=3, cookies=2, facebook=0.3, ai=0.5",
    "t_product": "app=0.5, appen=0.5, iphone*, android*, garanti*, bluetooth",
    "t_delivery": "dhl=2, postnord=2, ups=1, tracking=2, instabox=2, bring=0.5, posti=2, budbee=2, gls=2",
    "t_accessibility": "voiceover=3, talkback=3, nvda=3, wcag=3, braille=3",
    "t_environment": "co2*=2, diesel*=1, plast*=0.8, eco*, bio*=0.3",
    "corp": "esg=2, csr=2, greenwash*=3, gdpr=1, ceo=2, wcag=1",
}
