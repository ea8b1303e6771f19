// Package media makes what people upload fit to be shown to children: pictures
// are decoded within limits and written anew, small and without metadata, and
// recordings are read to their end to be what they say they are.
//
// Nothing of an uploaded picture but its dots is kept, so neither a place where
// it was taken nor a second file hidden in it gets through. The package stores
// nothing and refuses to know who may upload what.
package media
