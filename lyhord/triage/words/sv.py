"""Swedish, as written in Sweden and in Finland."""

WORDS: dict[str, str] = {
    "not": "inte, ej, aldrig, inget, ingen, inga, icke, knappast, utan, int, itte, inge",
    "me": "jag, mig, min, mitt, mina, vi, oss, vår, vårt, våra, ja, mej, mamma, pappa, dotter, son, barnet, sambo*",
    "you": "ni, er, ert, era, eran, erat, eder, företaget, bolaget, kundtjänst*, kundservice",
    "ask_word": "när, var, vart, hur, vad, vilken, vilket, vilka, vem, varför, hurudan, va, hu, vafan, varifrån",
    "ask_start": "kan, går, är, har, finns, får, ska, skall, vill, blir, kommer, gäller, måste, behöver, kör, tar, vet, säljer,"
    " levererar, öppnar, stänger, stämmer, räknas, ingår, funkar, fungerar, skickar, tror, hinner, kunde, skulle, borde, byter,"
    " gör, stannar, bör, var, brukar, accepterar, kostar, ligger, fick, hade, säg, åker, avgår, väntar, serverar, erbjuder",
    "ask_help": "undrar=2, undrade=2, någon som vet=2.5, nån som vet=2.5, vet ni=2, vet du=1.5, kan ni=1.5, kan du=0.7, hjälp=1.5,"
    " hjälpa=1.5, hjälper=1, fråga=1.5, frågor=1.5, hittar inte=2, hittar ingen=2, hur gör=2, hur får=1.5, hur kan=1, förstår inte=1.2,"
    " vill veta=2, behöver veta=2, har ni=1.2, går det=1.5, hur länge=1.5, hur mycket=1, var hittar=2, är det normalt=2, tips=0.6,"
    " behöver=0.8, vill .. byta=1.3, vill .. ändra=1.3, vill .. avbeställa=1.3, vill .. säga upp=1.3, vill .. boka=1.3,"
    " kan man=1.5, får man=1.5, måste man=1.5, ska man=1.3, i så fall=0.5, snälla=0.6, tacksam för=1.5, tacksam om=1.5,"
    " gäller .. också=1, gäller .. även=1, undra=1.5, någon annan som=1, nån annan som=1, svar tack=1, lyckas inte=1,"
    " vart .. vända=1.5, funderar=1.5, går .. att=1.2, oroa mig=0.8, vad gör jag=2, fick .. fel=0, osäker=1",
    "own_case": "mitt paket, min beställning, min faktura, mitt konto, mitt kort, min resa, min biljett, mitt ärende, min order,"
    " mitt abonnemang, mitt kundnummer, ordernummer*, kundnummer, ärendenummer, bokningsnummer*, biljett*, återbetalning",
    "trouble": "försen*=1.5, inställ*=1.5, sönder=2, trasig*=2, krossad*=2, skadad*=1.5, saknas=1.3, saknar=1, borta=1, försvunn*=2,"
    " försvann=2, fel=1.2, felaktig*=1.7, strul*=1.7, krångl*=1.5, problem=1, kraschar=1.5, krasch*=1.2, hängt sig=1.5, hänger sig=1.5,"
    " nere=1.2, ligger nere=2, avbrott*=1.2, elavbrott=1.5, funkar inte=1.8, fungerar inte=1.8, går inte=1.2, kom aldrig=2.5,"
    " har .. inte kommit=2, inte .. fått=2, inte fått=2, aldrig .. fått=2, kommer inte in=1, inte .. svar=1.5, inget svar=2, ingen svarar=2,"
    " svarar inte=2, svarar aldrig=2, aldrig .. svar=2, dubbelt=1.5, dubbla gånger=1.5, två gånger=1.3, dröj*=1, dragit=1, drog=0.7,"
    " drar=0.5, avgift=0.4, fick vänta=1.5, väntat=1.8, vänta=0.8, väntar=0.8, stod .. och=0.3, läcker=1.5, luktar=1, smutsig*=1.5, kall*=0.3,"
    " slutade=1, slutat=1, tappa*=1.3, tappat bort=2, skickat .. fel=2, fel .. storlek=1.5, fel adress=1.5, stulen=1, bortslarva*=2, mögel*=2,"
    " möglig*=2, stängt=0.7, dör=1.2, dog=1.2, lagg*=1.3, hackar=1.3, släckt*=0.7, kaputt=1.5, defekt=1.7, ofullständig*=1,"
    " blev .. debiterad=1.5, debitera*=1, överdebit*=2, nekad=1, nekas=1, nekade=1, avslag=1, missade=1.2, missat=1, låst ute=1,"
    " inte skickat=2, inte levererat=2, uteblev*=2, uteblivn*=2, kvar .. ute=0.5, utanför .. regn=1, spräck*=1.5, repig*=1.3, rasat=1.2,"
    " i stället för=0.6, istället för=0.6, gick sönder=2, lovade=1.4, lovat=1.4, utlovad*=1.2, enligt er=0.8, sa ni=0.8, säger ni=0.8,"
    " skulle ha kommit=2, skulle kommit=1.2, skulle varit=1.2, stod still=1.5, står still=1.3, frös=1, fastnat=1, fast i=0.6",
    "anger": "skandal*=2.5, bedrövlig*=3, usel*=2.5, uselt=2.5, kass*=2, sämst*=2.5, sämre=1.2, dåligt=2, dålig=1.8, värdelös*=3, skit*=1.8,"
    " skräp=2, skamligt=2.5, skäms=2.5, oacceptabel*=2.5, under all kritik=3, katastrof*=2.5, katastrofal*=2.5, pinsam*=2.2, löjlig*=2.2,"
    " löjeväck*=2.5, skämt*=1.8, hopplös*=2.3, urusel*=3, besviken=2.2, besvikna=2.2, besvikelse=2.2, arg=2, arga=1.5, förbannad*=2.5,"
    " förbaskad*=2, jävla=2, jävligt=1.5, fan=1.2, fy=1.5, rån=1.8, ockr*=2, lurad=2.2, lurade=2, lurar=2, lurendrej*=2.5, bluff*=1.5,"
    " aldrig mer=2.5, aldrig igen=2.5, trött på=2, tröttnat=2, less=1.8, sluta=0.8, oförskäm*=2.5, otrevlig*=2.3, nonchal*=2.3,"
    " arrogant*=2.3, tragisk*=2, ynklig*=2.2, amatör*=2, inkompeten*=2.5, hånar=2, hån=2, klagomål=1.8, klaga*=1.3, anmäl*=1,"
    " konsumentverket=1.5, arn=1, kaos=1.8, cirkus=1.5, fiasko=2, nonsens=1.5, meningslös*=1.8, orimlig*=1.8, otrolig*=0.5, fattar inte=1,"
    " hur svårt=2, hur svårt kan=2.5, dags att=0.4, vad håller ni på=2.5, på riktigt=1, seriöst=1, ledsen=1.2, frustrer*=2, irriter*=1.8",
    "again": "igen, återigen=1.3, fortfarande=1.3, ännu en gång=1.3, ännu=0.4, tredje gången=2, fjärde gången=2, femte gången=2, andra gången=1.7,"
    " tredje=0.8, fjärde=0.8, femte=0.6, varje gång=1.4, varje dag=0.6, alltid=0.4, som vanligt=1.5, gång på gång=2, veckor=0.7, månader=0.7,"
    " timmar=0.6, i en vecka=1, flera gånger=1.4, dagar=0.3, hela dagen=0.7, sedan i=0.4, aldrig=0.6, påminn*=0.8, ringt=0.7, mejlat=0.7, mailat=0.7",
    "irony": "grattis=1.2, bra jobbat=0.8, fantastiskt=0.6, toppen=0.6, kul att=1, snyggt=0.8, imponerande=1, imponerad=1, härligt=0.8,"
    " underbart=0.7, tack för att=0.8, tack så mycket för=0.3, stort fan=1.5, klappat och klart=1, smidigt=0.7, spännande=0.8, alltid=0.4,"
    " vilken service=1.2, strålande=0.8, bravo=0.8, mysigt=0.6, genialiskt=1, suveränt=0.5, nästan=0.5, äntligen=0.4, lagom till=0.8",
    "good": "bra=1, bäst*=1.4, fantastisk*=1.8, toppen=1.7, underbar*=1.8, grym*=1.5, härlig*=1.5, fin*=0.6, glad*=1.3, nöjd*=1.8, älskar=1.8,"
    " kanon*=1.7, super*=1.2, jättebra=2, bravo=1.7, trevlig*=1.5, snäll=1, snälla .. personal=1, vänlig*=1.3, hjälpsam*=1.8, suverän*=1.8,"
    " proffs*=1.4, klockren*=1.8, guld*=1.2, stjärn*=0.8, eloge=2, heder=1.5, hurra=1.5, smidig*=1.2, snabb*=0.8, imponera*=1.3, kram=1.3,"
    " kramar=1.3, hjälte*=1.7, ängel=1.5, räddade=1.6, fixade=1.3, löste=1.1, skön*=1, god=0.6, gott=0.8, godast*=1.2, riktigt bra=1.5,"
    " bästa=1.2, tummen upp=2, lysande=1.6, utmärkt=1.7, mysig*=1, perfekt*=1.5, varm*=0.4, tappade inte=0.5, inga problem=1.5, enkelt=0.8",
    "thanks": "tack=1.5, tackar=1.5, tusen tack=2.5, stort tack=2.5, tacksam=1.5, tackade=1, beröm=2, eloge=2, guldstjärn*=2",
    "idea": "förslag=2.5, föreslår=2.5, tips till er=3, tips=1, idé=2.5, ide=1.5, önskemål=2.5, skulle vara bra=2, vore bra=2.5, vore kul=2.5,"
    " vore fint=2.5, vore toppen=2.5, vore najs=2.5, vore smart=2.5, vore skönt=2, vore det=1.5, borde=1, ni borde=1.5, kunde ni inte=3, kan ni inte=1.2,"
    " skulle ni kunna=1, varför inte=1.2, önskar att=1.7, önska=1, hoppas ni=1.3, lägg till=2, inför=1.5, sätt upp=1.5, gör en=1.2,"
    " mer av=0.3, en funktion=1.3, gärna=0.7, skulle uppskatta=1.5, hade varit=1.2, saknar en=0.8, ta tillbaka=1, ha en=0.4, kom med=0.4,"
    " funderat på att=2, kunde man=1, kan man inte=1.5, låt=0.8, låt oss=1",
    "corp": "strategi*=2.5, vision=2, värdering*=2.5, värdegrund*=3, hållbar*=1.7, klimat*=1.7, miljö*=1.5, utsläpp*=2, koldioxid*=2, fossil*=2,"
    " fossilfri*=2.5, arbetsvillkor*=3, arbetsmiljö*=2.5, löner*=1.2, kollektivavtal*=3, facket=2, strejk*=1.5, underleverantör*=3,"
    " leverantör*=1.2, leverantörskedj*=3, fabrik*=1.5, upphandl*=3, upphandling*=3, barnarbet*=3, mänskliga rättigheter=3, djurvälfärd=2,"
    " palmolja=2.5, bolagsstyr*=2, styrelse*=2, ägare*=1, ägarna=1.5, ledning*=1.3, vd=1.7, vd:n=2, vinst*=1.3, miljarder=1, utdelning*=1.3,"
    " aktieägar*=2, investera*=1.2, mångfald*=2, jämställd*=2, diskriminer*=1.5, skatt*=0.7, skatteparadis=2.5, privatiser*=2, nedläggning*=1.5,"
    " lägger ner=1.7, lägga ner=1.7, stänger kontor*=2.5, stänger .. kontor*=2, nedskärning*=2, varslar=2, säger upp .. personal=2.5, bonusar=1.7,"
    " policy=1.5, företagskultur=2.5, samhällsansvar=3, ansvar=0.7, transparens=2, transparent*=1.5, redovisa*=1.3, säljer .. data=3,"
    " persondata=1.5, kunddata=2, våra data=1.5, delar .. data=2, data .. vidare=2, algoritm*=1.5, övervak*=1.5, granskning=1.2,"
    " underbetald*=2, praktikant*=1, timanställda=2, bemanningsföretag=2, chaufför* .. lön=2, förare .. lön=2, gig*=1, utan rast=2.5, raster=1.5, rast=1.2,"
    " återvinn*=1, engångs*=1, förpackningar=1, ursprung=1, fairtrade=1.5, ekologisk*=0.8, certifier*=1.2, reklam .. miljö=1, slogan=1.5,"
    " tillgänglighet=1.5, tillgänglig .. alla=1.5, designat=1.5, ritat=1.8, ritar=1.5, utformat=1.7, provåk*=1.5, landsbygd*=1.5, hela landet*=1.3,"
    " grönt=0.8, gröna=0.8, säljer ni vidare=2, sponsra*=1.3, ryssland=1, israel=1, vapen*=1.5, mål=0.3, framtid*=0.8, prioriter*=1.2",
    "who_decides": "försvara=1.5, kan ni försvara=3, kan ni motivera=2.5, på vilken grund=2, hur kan ni=1.2, vilka företag .. ni=1.5, räknar ni med=1.5, vem .. godkän*=3, vem har godkänt=3, vem bestäm*=3, vem beslut*=3, vem tog beslut*=3, vem kom på=2.5, vem tyckte=2.5, vem har ritat=3, vem har designat=3, vem ritade=3,"
    " vem .. ansvarig=2, hur tänkte ni=2.5, hur tänker ni=2.5, hur resonerar=2.5, vad är tanken=2.5, hur ser ni på=2.5, vad är planen=2.5,"
    " vad är er plan=2.5, vad gör ni åt=2, vad gör ni för=1.3, hur jobbar ni=2.5, hur arbetar ni=2.5, hur säkerställer ni=3, vilka krav=2.5, är det sant att=1.7,"
    " stämmer det att ni=2, stämmer uppgifterna=2.5, hur stor del=1.7, hur stor andel=2.5, varför säljer=1.5, varför köper ni=2,"
    " varför använder ni=2, varför samarbetar=2.5, varför har ni slutat=1.5, varför väljer ni=2.5, varför satsar=2.5, vart går=0.8,"
    " när tänker ni=1.7, planerar ni=1.5, tänker ni=1.3, varför bygger=2, hur mycket av=1, hur går det ihop=2.5, hur rimmar=3, varför lägger ni=1.5, varför stänger ni=2,"
    " någon som bestämmer=2, är det meningen=1.2, har någon .. tänkt=2, har någon .. testat=2, har ni .. testat=1.5, provat .. själva=2, före ni köper=1.5, innan ni köper=1.5",
    "spam": "tjäna pengar=3, tjäna=1.2, klicka=1.7, klicka här=2.5, låna=1.3, lån=1, utan uc=3, lån direkt=2, gratis=0.8, vinn=1.2, vunnit=1.7, du har vunnit=3,"
    " rabattkod*=1.5, rea=0.5, erbjudande=0.5, garanterad*=1.2, passiv inkomst=3, extra inkomst=3, jobba hemifrån=2.5, dejta=2, ensamma kvinnor=3,"
    " singlar=2, följ mig=1.5, länk i bio=3, kolla in min=2, min kanal=1.5, dm:a=1, skicka dm=1.5, investering*=0.8, kr per dag=2.5,"
    " kr i veckan=1.5, bli rik=3, ange personn*=3, verifiera .. konto=3, ditt konto .. spärr*=3, ditt paket .. avgift=2.5, erbjuder lån=3, billiga=0.7, köp nu=2, beställ nu=1.5, handla nu=1.5, begränsat antal=2",
    "chat": "målvakt*=1.5, försvaret=1, backen=0.5, lagkapten*=1.5, kapten*=1, skott*=0.6, straff*=0.8, puck*=1.2, period*=0.8, perioden=1, förlängning*=0.8, publiken=1, läktar*=1, kommentator*=1.3, spelar=0.6, spelare*=0.8, poäng=0.5, ledning=0.2, kvitter*=1, hejar=1.5, spurt*=1, loppet=1, herregud=1, soffan=0.5, tv:n=0.4, skriker=0.8, nerver*=1, vinner=0.7, vann=0.6, förlora*=0.6, match*=1, matchen=1.3, mål=0.5, laget=1.3, hockey=1, fotboll*=1, heja=2, hejja=2, hemmalaget=2, domaren=2, vm=0.8, guld=0.6, final*=0.8,"
    " vi ses=2, ses vi=1.5, ses=0.7, hämtar dig=2, kommer du=1.5, ska du=1, vill du=0.8, köp .. mjölk=2, ta med=1, fika=0.9, kaffe*=0.3, lunch=0.6,"
    " helgen=0.5, godmorgon=1, god morgon=1, god natt=1.2, sommar*=0.4, snö*=0.6, väder*=0.7, regn*=0.4, låt*=0.2, konsert*=0.6, bio=0.3,"
    " någon mer som=0.8, nån mer som=0.8, nån mer=0.6, älskling=1.5, puss=1, grannen=0.5, brorsan=0.8, polare=0.8, din=0.5, du=0.4, dig=0.6, glöm inte=1.5, kom ihåg=1, ikväll=0.4",
    "danger": "minus .. ute=1.5, i kylan=1, ensam=0.8, farmor=0.7, mormor=0.7, farfar=0.7, morfar=0.7, brandkår*=3, smälte=1.5, börja* ryka=3, det brinner=3.5, brand*=2, brinner=3, brann=2, eld*=1.2, rök*=1.2, ryker=2.5, gnistr*=3, gasläcka=4, gaslukt=4, luktar gas=4, luktar bränt=3, bränd*=1.2, stöt=2, elstöt=4, skadad .. barn=1, skadades=2,"
    " skadat sig=3, blöder=3, ambulans*=3, sjukhus*=2, akuten=2.5, livsfar*=4, farlig*=2, farligt=2, fara=1.5, nödsamtal=4, nödnumret=4, 112=3, allergi*=2,"
    " allergisk=2, kvävs=3, kvävdes=3, andas=1.7, svimma*=3, instängd*=2.5, fast i hiss*=4, hissen=1, larm*=0.8, trygghetslarm*=4, respirator=4, syrgas=4, insulin=3.5,"
    " medicin*=1.3, översväm*=2.5, vatten .. forsar=3, forsar=2, läcka=0.8, exploder*=3, ramlade=1.2, föll=0.8, kolmonoxid=4, bebis=0.7, spädbarn=1.2, glasbit*=3, glassplitter=3, glas i=2, ensam .. hemma=1.2, bor ensam=1.5, gammal mamma=1, rullstol=0.3, minusgrader=1.5, iskallt=1, utan värme=1.5, strömlös*=1, hotad=1.5, förfölj*=2",
    "money_now": "bedragar*=2.5, bedrägeri*=2.5, kapad*=3, kapat=3, hackad*=2.5, hackat=2.5, tömmer=3, tömt=2.5, tömd*=2.5, pengar försvinner=4, dras pengar=2.5, drar pengar=2.5, obehörig*=2.5,"
    " spärra=2, spärrar=1.5, spärra mitt kort=3.5, någon .. använder mitt kort=4, stulet kort=3, stulit .. kort=3, tagit ut=1.5, skrev in .. kod=3, skrivit in .. kod=3, klickat på .. länk=2.5, klickade på .. länk=2.5,"
    " bluffmejl=1, bluffsms=1.5, lämnat ut=1.5, lämnade ut=1.5, överför*=0.7, swish*=0.4, godkänt=0.6, uttag=1",
    "soon": "ring mig nu=2, ring nu=2, skynda er=2, skynda dig=1.5, om tjugo minuter=4, om åtta minuter=4, om tio minuter=4, om en kvart=4, om fem minuter=4, om .. minuter=3.5, om .. min=3.5, om en halvtimme=4, om en timme=3, avgår om=3.5, går om=2.5, boardar=3, boarding=2.5, gaten stänger=4, gate .. stänger=4, precis nu=1,"
    " just nu=1, nu=0.3, strax=1.2, genast=1.5, omedelbart=1.7, omgående=1.2, akut=2.5, akuta=1.5, bråttom=2.5, skynda=2, brådskande=2, snabbt=0.3, hinner=1, hinner vi=2, hinner jag=2, står på perrongen=1.2, incheckning* stänger=3.5, kvart=0.7",
    "abuse": "idiot*=2, idioter=2.5, jävla idiot*=4, korkad*=1, dum=0.7, dumma=0.8, puckon=2.5, pucko*=2.5, as=1, äckel=2, äckliga=1, kräk=2.5, svin=2, as .. ni=2, efterbliven*=2.5, cp=1.5, mongo*=2.5, hora*=3,"
    " fitta*=2.5, fitt*=1.5, kuk*=2, kukhuvud*=3, bög*=2, bögjävl*=4, blatte*=3.5, neger*=3.5, svartskall*=4, luder=3, subba=3, kärring*=2, gubbjäv*=3, jävlar=0.7, ni suger=2, dra åt helvete=3, far åt helvete=3, håll käften=3, käften=2, parasit*=2, rövhål*=3,"
    " kossa=1.5, slampa=3, tjockis=2, retard*=3, clown*=1, clowner=1.5, amatörer=0.9, inkompetenta as=3, lögnare=1.3, tjuvar=1, bedragare=0.6, skitstöv*=3, nolla=1.5, nollor=1.8, patrask=2, slödder=2.5, packet=0, avskum=3, dumskalle*=2.5, imbecill*=2.5, hjärndöd*=2.5",
    "threat": "ska döda=4, dödar dig=4, ska dö=3, dö=1.2, hoppas ni dör=4, hoppas du dör=4, hoppas .. dör=3.5, slå ihjäl=4, slå dig=3, spöa=3, jag vet var du bor=4, vet var ni bor=4, kommer och hittar=3, hittar dig=2.5, krossa er=2, bränna ner=3, bomba=3, skjuta=2, skjut*=1.5, passa er=1, passa dig=2,"
    " ta livet av=2, häng er=3, gå och dö=4, på käften=3, stryk=1.5, ni ska få se=1.5, vänta du bara=2",
    "swear": "jävla, jävlar, jävlig*, fan, faan, helvete*, helvetes, satan, skit, skiten, förbannad*, fy fan, vafan",
    "t_delivery": "paket*=2, *paket=1.5, *paketet=2, leverans*=2, leverera*=1.7, kolli*=2, försändelse*=2, brev*=1.2, post*=1, bud=1, budet=1.5, ombud*=1.5, utlämning*=1.7, hemleverans=2, spåra*=1.3, spårning*=2, brevlåd*=1.5, avi*=1.2, frakt*=1.7, skickat=0.9, skickas=0.9, skickar=0.6, chauffören=0.7, porten=0.4, beställning*=0.8, order=0.7, matkasse*=1.2, sorterat=1, bokpaket=1, inlämnat=0.6, leveransen=2, trappan=0.4, dörren=0.3",
    "t_billing": "faktur*=2.5, *faktura*=2.5, räkning*=2, betalat=1, betala*=1, betalning*=1.7, autogiro=2, avgift*=1.7, *avgift*=1.7, återbetal*=2.5, pengar=0.8, pengarna=1.2, debiter*=2.2, dragit=0.8, drogs=1, kostar=0.5, pris*=0.6, kr=0.4, kronor=0.6, ränta*=1.7, kreditera*=2, moms=1.5, kvitto*=1.5, delbetal*=2, påminnelse*=1.5, inkasso*=2.3, presentkort*=1, elräkning*=2.5, rabatt*=0.9, ocr=2, bankgiro=2, swish*=0.7, lån*=0.4, dubbelt=0.7",
    "t_outage": "elavbrott*=3, strömavbrott*=3, strömlös*=3, strömmen=2.5, elen=2.2, el=1, fjärrvärme*=2.5, värmen=1.7, element*=1.2, varmvatten=2.5, vattnet=1.7, vatten*=0.7, avbrott*=1.7, driftstör*=2.5, driftsstör*=2.5, nere=1.5, täckning*=2, mobilnät*=2, nät=1.2, nätet=1.7, uppkoppling*=2, fiber*=1.7, internet*=1.7, bredband*=2, modem*=1.7, hemsidan=0.7, sidan=0.4, surf*=1.2, mottagning*=0.4, ljudet=0.8, bilden=0.5, sändning*=1, streamen=1, kortbetal*=1.2, betalterminal*=1.5, störning*=1.4, kallt=0.5",
    "t_booking": "tåg*=2, *tåg=1.5, *tåget=2, buss*=2, spårvagn*=2, tunnelban*=2, flyg*=2, färj*=2, båt*=1, avgång*=2, biljett*=2, *biljett*=2, resa*=1.2, resor=1, resan=1.5, resenär*=1.2, bok=0, bokning*=2, boka*=1.7, ombok*=2, omboka*=2, tidtabell*=2.2, försen*=1, hytt*=1.7, plats*=0.6, sittplats*=2, vagn*=1.5, perrong*=2, station*=1.2, hållplats*=2, byte=0.6, anslutning*=1.3, avresa*=1.7, incheckning*=1.7, väska*=0.5, bagage*=1.5, tid=0.3, läkartid=1.5, hotell*=1, rum=0.4, pendel*=1.5, sl=0.7, sj=1.5, årskort*=1, månadskort*=1.2, konduktör*=1, perrongen=2, kontrollant*=1, restaurangvagn=1.2",
    "t_product": "trasig*=1, produkt*=1.7, vara=0.3, varan=1.3, varor=1, smak*=1, smakar=1.2, recept*=1, storlek*=1.2, strl=1.2, lager=1.2, sortiment*=1.7, butik*=0.9, garanti*=1.5, reklamation*=1.5, reklamera*=1.5, skruv*=1.2, batteri*=1.5, *maskin*=1.2, skor=1.2, sko=1, tröja*=1.2, jacka*=1.2, cykel*=1, barnvagn*=1.2, spis*=1.2, soff*=1.2, stol*=0.8, telefon*=0.3, app=0.4, appen=0.7, uppdater*=0.8, bröd*=1, mjölk*=1, ost=1, glass*=1, bullar*=1.2, *bullar=1.2, laddare*=1.5, modell*=1, färg*=0.8, ingrediens*=1.5, gluten*=1.3, vegan*=1, reservdel*=1.7, manual*=1, förpackning*=1, burk*=1, påse*=0.7, funktion*=0.7, byta=0.4, köpte=0.7, köpt=0.7",
    "t_account": "logga*=2.2, inlogg*=2.2, lösenord*=2.5, konto*=1.5, kontot=1.7, abonnemang*=1.5, avtal*=1.5, medlem*=1.2, medlemskap*=1.7, säga upp=1.7, uppsägning*=1.7, bindningstid*=1.7, kundnummer*=0.8, legitim*=1.5, e-leg*=2, *leg=0.5, leg=0.8, bankdosa=2, dosa=1.5, spärra*=1.3, kort=0.7, kortet=0.9, adressändring=1.7, byta namn=1.5, mina sidor=1.7, profil*=1, registrera*=1.2, sim*=0.5, sim-kort=1.2, telefonnummer=0.8, nummer=0.3, fullmakt*=1.3, bank*=0.3",
    "t_staff": "personal*=2, kundtjänst*=1.8, kundservice=1.8, bemöt*=2.3, telefonkö*=2.3, kö=1, kön=1, kassan=1.3, kassörsk*=2, killen i=1.2, tjejen i=1.2, killen=0.9, tjejen=0.9, otrevlig*=2, trevlig*=1, hjälpsam*=1.3, chatten=1.2, chattbot*=1.2, handläggare=1.7, föraren=1, chauffören=1, busschauff*=1, expedit*=1.8, svarar=0.6, svar=0.5, telefon=0.6, väntetid*=1.3, ringt=0.8, la på=1.5, hånflin*=1.5, vakt*=1.2, konduktören=1.2, telefonen=0.7, mannen=0.5, kvinnan=0.5, servitör*=1.5, robot*=0.8, 'beklagar'=1, beklagar=0.8, vänta i=0.4",
    "t_accessibility": "rullstol*=3, *rullstol*=3, tillgänglig*=2, tillgänglighet*=3, ramp*=2, hiss=1.3, hissen=1, blind*=2.5, synskad*=3, synsvag*=3, hörselskad*=3, hörsling*=3, döv*=2.5, skärmläsar*=3, textning*=2, textad*=2, undertext*=1.5, lättläst*=3, funktionsned*=3, funktionshind*=3, rullator*=3, permobil*=3, ledarhund*=3, ledsag*=2.5, teckenspråk*=3, punktskrift*=3, kontrast*=1.7, trappsteg=1.7, trappor=1.2, parkeringstillstånd=1.5, handikapp*=2.5, rörelsehind*=3, knapp=0.3",
    "t_environment": "miljö*=2.3, klimat*=2.3, hållbar*=2, utsläpp*=2.5, återvinn*=2.3, återbruk*=2.3, plast*=1.8, förpackning*=0.9, fossil*=2.5, koldioxid*=2.5, grön=0.6, grönt=0.8, gröna=0.8, sopor*=1.3, sorter*=0.6, sortera=1.7, skräpa*=1.7, diesel*=1.7, tomgång*=2, palmolja=2.5, ekologisk*=1.7, svinn*=2, matsvinn*=2.7, svinnet=2, slängs=1.3, slänger=1.3, energi*=0.6, solcell*=1.2, vindkraft*=1.7, engångs*=1.7, bikupor=1, gift*=1, kemikalie*=1.7, pant*=1.5, djur*=0.7, burhöns=2, regnskog*=2, elbil*=0.8, hotade arter=2",
    "t_working-conditions": "arbetsvillkor*=3, arbetsmiljö*=3, löner*=2, lön=1.7, lönen=1.7, kollektivavtal*=3, facket=2.5, strejk*=2.3, anställda=2, anställd*=1.3, underbetal*=2.5, raster=2.5, rast=2.2, övertid*=2.5, arbetstid*=2.5, timlön*=2.5, sjuklön=2.5, skift*=1.2, jobbar=0.6, era bud=2, era chaufförer=2, chaufförer=1, chaufförerna=1.7, förare=0.7, städare=1.3, städarna=1.7, fabrik*=1.7, barnarbet*=2.5, sömmersk*=2.5, underleverantör*=1.7, bemanning*=2, praktik*=1, visstid*=2, gravid .. jobb=1.5, papperslös*=2, timmar utan=1.5, vattenpaus=2, toapaus*=3, utmatt*=1, utländska=1",
    "t_strategy": "strategi*=3, vision*=2, värdering*=2, ledning*=1.5, vd=1.7, styrelse*=2, vinst*=1.7, lägger ner=1.7, lägga ner=1.7, stänger=1, stänga=0.8, nedlägg*=2, kontoret=1, kontor=0.8, filial*=1.5, landsbygd*=1.7, hela landet*=1.5, satsa*=1.3, investera*=1.2, köper in=1, upphandl*=2, slogan=1.7, reklam*=1, framtid*=1, expander*=1.5, utdelning*=1.5, ägare*=1.3, sponsor*=1.2, sponsra*=1.5, policy=1, tanken=1, prioriter*=1, outsourc*=2, hela landets=2, uppköp*=2, sålt=0.5, privatis*=2, provåk*=2",
    "t_privacy": "gdpr=3, personuppgift*=3, persondata=3, integritet*=3, mina uppgifter=2.5, uppgifter=1.2, samtycke*=2.5, kakor=1.5, cookies=2, spårar=2, spårning .. mig=2, övervak*=2, kamera*=1.5, inspelad*=1.5, spelar in=2, dela .. data=2, delar .. data=2.5, data=1, kunddata=2.5, sälja .. data=2.5, säljer .. data=3, läckt*=1.7, läcka .. uppgifter=2.5, dataläck*=3, mitt namn=1, radera=1.3, radera .. konto=1, ansiktsigenk*=3, platsdata=2.5, plats .. alltid=1, lyssnar=1.2, algoritm*=1.3, kreditupplys*=1.3, synlig=0.7, annonser=1, registerutdrag=3, skyddad adress=2.5, skyddad identitet=3, hemlig*=0.7",
}
