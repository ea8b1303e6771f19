// Package api is the HTTP surface: it reads a request, calls one service and
// writes what came back. It knows no rules and no SQL.
//
// # How to add a route
//
// Write a handler that takes the context, the actor and an input struct and
// returns an output struct (both unexported, with the json tags); give it a line
// in the routes function of its noun's file with route(...) or publicRoute(...);
// run the tests with -update once, which rewrites openapi.json; add it to the
// conversation test of its noun. Handlers return domain errors; errors.go holds
// the one table that turns kinds into statuses, and nothing else writes an error.
//
// Saving answers and its neighbours on the hot path are plain Fiber handlers,
// because that costs half as much; their operations are in the document all the
// same.
//
// # What the server does to every request
//
// It copies every string out of fasthttp's buffers (Immutable), refuses encoded
// bodies, gives the request a deadline and an id, and answers every fault, also
// those of the router, with a problem document. Rejected values are never
// echoed and the text of an accident never leaves.
package api
