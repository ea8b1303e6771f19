// Package markup turns what an author writes into HTML that is safe on a page.
//
// Two forms of text are known. Literal text is shown as it was written, every
// special character escaped. Marked text is a small markdown:
//
//	**bold** *italic*                     - item    1. item
//	<b> <i> <u> <sub> <sup> <br>          <p> <ul> <ol> <li>
//	![what the picture shows](media:ID)   | a table | with a head |
//	\* a backslash before a sign takes its meaning away
//
// Safety does not rest on taking dangerous things away. Nothing of the source
// is ever copied into a tag: the package writes its own tags, without any
// attribute an author could choose, around escaped text. What it does not know
// (another tag, an attribute, an entity, a link) is text and shown as written.
// The tags it writes are always closed in the right order, so a page cannot
// read them in another way than they were meant.
//
// Pictures are named by media ids alone. The package refuses to know whether
// there is such a picture, and every address but our own.
package markup
