// Replaces modules in the bundle that this program never uses. got loads http2-wrapper for an option that is not set here,
// which takes as long as the rest of got; cosmiconfig would load typescript for settings in TypeScript, which are not read.
export default {};
