package api

// mediaPath is where a picture or recording is served.
func mediaPath(id string) string { return "/media/" + id }
