// Stands in for http2-wrapper in the bundle: got loads it for an option that this program does not set, and its start
// alone, with a TLS socket made in passing, costs as much as all the rest of got.
export default {};
