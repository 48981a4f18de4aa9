// What browsers have and jsdom has not.
globalThis.ReadableStream = require('stream/web').ReadableStream;

// A warning fails its test, but for what @jupyter/ydoc draws from Yjs for every cell that it makes, and for the
// clipboard that jsdom has not.
const KNOWN = [
  'Invalid access: Add Yjs type',
  '[yjs#509] Not same Y.Doc',
  'Clipboard API not available'
];
for (const level of ['warn', 'error']) {
  const print = console[level];
  console[level] = (...words) => {
    if (!KNOWN.some(known => String(words[0]).includes(known))) {
      print(...words);
      throw new Error(`console.${level}: ${words.join(' ')}`);
    }
  };
}
