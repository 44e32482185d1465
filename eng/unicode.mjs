// Writes Homer.Engine/Tokenizers/Unicode/UnicodeData.txt, what .NET does not know of Unicode when it runs without ICU:
//   node eng/unicode.mjs > Homer.Engine/Tokenizers/Unicode/UnicodeData.txt
// Node's own tables are the source, so its version decides the version of Unicode (process.versions.unicode). All numbers are hexadecimal.
const last = 0x10ffff;
const hex = (c) => c.toString(16);
const text = (c) => String.fromCodePoint(c);
const points = (s) => Array.from(s, (x) => x.codePointAt(0));
const isScalar = (c) => c < 0xd800 || c > 0xdfff;
const isHangul = (c) => c >= 0xac00 && c <= 0xd7a3;
const all = [];
for (let c = 0; c <= last; c++) if (isScalar(c)) all.push(c);

function print(name, items) {
  console.log('= ' + name);
  let line = '';
  for (const item of items) {
    if (line.length + item.length > 130) { console.log(line); line = ''; }
    line += (line ? ' ' : '') + item;
  }
  if (line) console.log(line);
}

function ranges(test) {
  const found = [];
  for (let c = 0; c <= last; c++) {
    if (!isScalar(c) || !test(text(c))) continue;
    const end = found[found.length - 1];
    if (end && end[1] === c - 1) end[1] = c; else found.push([c, c]);
  }
  return found.map(([a, b]) => a === b ? hex(a) : hex(a) + '-' + hex(b));
}

console.log('# Unicode ' + process.versions.unicode + '; written by eng/unicode.mjs');

const canonical = new Map(), compatible = new Map(), excluded = [];
for (const c of all) {
  if (isHangul(c)) continue;
  const s = text(c), d = s.normalize('NFD'), k = s.normalize('NFKD');
  if (d !== s) { canonical.set(c, points(d)); if (s.normalize('NFC') !== s) excluded.push(hex(c)); }
  if (k !== d) compatible.set(c, points(k));
}
const mapping = ([c, to]) => hex(c) + '=' + to.map(hex).join('+');
print('canonical', [...canonical].map(mapping));
print('excluded', excluded);
print('compatible', [...compatible].map(mapping));

// Marks of two classes change places where the first has the higher one; so marks that never do, in either order, have the same class.
// One mark of each class is known from the stability policy of Unicode.
const known = [1, 0x334, 6, 0x16ff0, 7, 0x93c, 8, 0x3099, 9, 0x94d, 10, 0x5b0, 11, 0x5b1, 12, 0x5b2, 13, 0x5b3, 14, 0x5b4, 15, 0x5b5,
  16, 0x5b6, 17, 0x5b7, 18, 0x5b8, 19, 0x5b9, 20, 0x5bb, 21, 0x5bc, 22, 0x5bd, 23, 0x5bf, 24, 0x5c1, 25, 0x5c2, 26, 0xfb1e, 27, 0x64b,
  28, 0x64c, 29, 0x64d, 30, 0x64e, 31, 0x64f, 32, 0x650, 33, 0x651, 34, 0x652, 35, 0x670, 36, 0x711, 84, 0xc55, 91, 0xc56, 103, 0xe38,
  107, 0xe48, 118, 0xeb8, 122, 0xec8, 129, 0xf71, 130, 0xf72, 132, 0xf74, 202, 0x321, 214, 0x1dce, 216, 0x31b, 218, 0x302a, 220, 0x316,
  222, 0x59a, 224, 0x302e, 226, 0x1d16d, 228, 0x5ae, 230, 0x301, 232, 0x315, 233, 0x35c, 234, 0x35d, 240, 0x345];
const swaps = (a, b) => (text(a) + text(b)).normalize('NFD') === text(b) + text(a) && a !== b;
const classes = new Map();
for (const c of all) {
  const s = text(c);
  if (!/\p{M}/u.test(s) || canonical.has(c)) continue;
  // A starter never moves.
  if (!swaps(c, 0x334) && !swaps(0x345, c)) { if (c === 0x334) classes.set(c, 1); if (c === 0x345) classes.set(c, 240);
    if (c !== 0x334 && c !== 0x345) continue; }
  for (let i = 0; i < known.length; i += 2)
    if (!swaps(c, known[i + 1]) && !swaps(known[i + 1], c)) classes.set(c, known[i]);
}
const runs = [];
for (const [c, n] of classes) {
  const end = runs[runs.length - 1];
  if (end && end[1] === c - 1 && end[2] === n) end[1] = c; else runs.push([c, c, n]);
}
print('classes', runs.map(([a, b, n]) => hex(a) + (a === b ? '' : '-' + hex(b)) + '=' + hex(n)));

print('alphabetic', ranges((s) => /\p{Alphabetic}/u.test(s) && !/[\p{L}\p{Nl}]/u.test(s)));

const groups = new Map();
for (const c of all) {
  const s = text(c), key = new Set([c]);
  for (const t of [s.toLowerCase(), s.toUpperCase(), s.toUpperCase().toLowerCase(), s.toLowerCase().toUpperCase()])
    if (points(t).length === 1) key.add(points(t)[0]);
  const alike = [...key].filter((d) => new RegExp('^\\u{' + hex(c) + '}$', 'iu').test(text(d)));
  if (alike.length < 2) continue;
  const joined = new Set(alike);
  for (const d of alike) for (const e of groups.get(d) ?? []) joined.add(e);
  for (const d of joined) groups.set(d, joined);
}
print('cases', [...new Set(groups.values())].map((g) => [...g].sort((a, b) => a - b).map(hex).join('+')));
print('expanding', all.filter((c) => points(text(c).toUpperCase()).length > 1 || points(text(c).toLowerCase()).length > 1).map(hex));

const scripts = `Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi
Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot
Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic
Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic
Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kayah_Li Kharoshthi Khitan_Small_Script Khmer
Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen
Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar
Nabataean Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian
Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau
Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng
Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan
Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square`.split(/\s+/);
for (const script of scripts) {
  const test = new RegExp('\\p{Script=' + script + '}', 'u');
  print('script ' + script, ranges((s) => test.test(s)));
}
