// Package check holds the rules of this repository as Go tests: which package
// may import which, what a package is called and says of itself, how long a
// function may be, which calls belong to the programs alone, and which
// versions of other people's modules are safe.
//
// It provides no code to anyone and refuses to know what the product does: a
// rule that needs the product's behaviour lives in that package's own tests.
// Every exception is a line in a table here, with its reason.
package check
