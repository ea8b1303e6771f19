// Package print turns login cards into what a printer takes: a PDF with the
// font embedded and codes drawn as vectors, or a code as SVG for a page that
// the browser prints. It refuses to know where cards come from and who may
// print them; it is handed the texts that stand on a card.
//
// The font is Noto Sans under the SIL Open Font License, in font/OFL.txt. Only
// letters in composed form are placed right, so every text is brought to NFC.
package print
