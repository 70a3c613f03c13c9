"""Sentences in many languages, with the letters that could be taken for bytes."""

SENTENCES = {
    "Azerbaijani": "Çıxış qapısı açıqdır, uşaqlar bağçada çiçək yığır. İNDİ ÇIXIN!",
    "Catalan": "«Il·lusió» és una paraula; l'ŀ antiga i la ç de plaça. ÀNGEL, què fas?",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy. ŽÁDNÝ ČAS, říká „Jiří“ v 5 °C.",
    "Danish": "»Blåbærgrød« på en ø i Århus. ÆBLER OG ØL koster 12½ kr. pr. m².",
    "Dutch": "De reünie was één ĳskoude avond; coördinatie kostte € 5 of £4.",
    "Estonian": "Õhtul jõudis öötöö lõpule. «Äike!» hüüdis ÜLO. JÄÄÄÄR.",
    "Finnish": "Hääyöaie. »Ääliö, älä lyö!« huusi ÅKE. 20 °C ja 3 m².",
    "French": "« Où est le garçon ? » demanda-t-il à Noël. «L'ÉTÉ», «CAFÉ», «liberté»¹ naïve.",
    "German": "»Spaß« und «Fuß» übt Jürgen; GRÖSSE, ÄRGER, Straße, 5 m², ±3 °C, §7. »Tschüß«",
    "Hungarian": "Árvíztűrő tükörfúrógép. »ÓRIÁSI« öröm, „Éljen”, kérdezte Ödön.",
    "Icelandic": "Það er kalt í Ísafirði. „Ævintýri“ á öllum eyjum; GÓÐAN DAGINN, ÖLL.",
    "Italian": "«Perché? È così», disse. «LA CITTÀ» è là; 2ª e 3º; più caffè.",
    "Latvian": "Ģimene ķēra ļoti ņipru kaķi. Čaklā bērnība; «šķūnis» ĒĶĪLIS ĻAUN.",
    "Lithuanian": "Įlinkdama fechtuotojo špaga. Žąsys, ėjo į «ĮMONĘ» ir ĄŽUOLYNĄ.",
    "Maltese": "Il-ħobż u l-għasel, ġurdien żgħir; ĦOBŻA. Ħaġa oħra.",
    "Polish": "Zażółć gęślą jaźń. SPÓŁKA Z ŁODZI, ÓŁÓWEK, PÓŁNOC. «Łódź» i wpół do, żółw.",
    "Portuguese": "NÃO! A IRMÃ e a AVÓ vão à praça. «CAFÉ» e «PÃO» ÀS 7ª horas; coração, ações.",
    "Romanian": "Într-o zi, «ÎNTÂI» câinele a mâncat pâine. ÎN ROMÂNIA, 5 °C.",
    "Slovak": "Vypätá dcéra grófa, kŕdeľ ďatľov učí koňa žrať kôru. MÔJ ĽUDIA, stĺp, «Ľ».",
    "Spanish": "¿Qué? ¡Ánimo! «AQUÍ» el niño comió piña. ¡ÁÉ! El 1º y la 2ª; ÑANDÚ, £5.",
    "Swedish": "Räksmörgås på ÖN Åland. ”Ärtsoppa” kostar 50 kr. »ÅÄÖ«",
    "Turkish": "Çık dışarı! ÇIĞLIK atan çılgın kız güneşli günde şarkı söylüyor. Çınar, Çırağan.",
    "Vietnamese": "Tiếng Việt có dấu. ĐÂY LÀ ÂM THANH. Ông ấy nói: «Đã đến».",
}
"""As people write them."""

OTHER_SCRIPTS = {
    "Arabic": "اللغة العربية جميلة، أليس كذلك؟",
    "Chinese": "我喜欢学习语言模型，今天天气很好。",
    "Emoji": "Great job 👍🏽 see you 🙂🎉 soon ✨",
    "Greek": "Το γρήγορο σκυλί πηδάει. «Ναι», είπε.",
    "Hindi": "मुझे भाषा मॉडल पसंद हैं।",
    "Japanese": "私は猫である。名前はまだ無い。カタカナも。",
    "Korean": "안녕하세요, 언어 모델을 공부합니다.",
    "Quotes": "“Don’t,” she said — and it’s over… £5 at 20°C, a café in Łódź.",
    "Russian": "Съешь ещё этих мягких французских булок, да выпей чаю.",
}
"""Texts that have no letter of the byte-level alphabet, or hardly one."""
