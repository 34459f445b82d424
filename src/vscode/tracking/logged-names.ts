/** A call that logs a metric by its name: MLflow's, and those of trackers that are called alike. */
const logged = /\blog_metrics?\s*\(\s*(?:key\s*=\s*)?["']([^"'\\]+)["']/g;
/** The names in a dict that is logged in one line: `log_metrics({"loss": loss, "f1": f1})`. */
const dict = /\blog_metrics\s*\(\s*\{([^}]*)\}/g;
const dictKey = /["']([^"'\\]+)["']\s*:/g;

/** The metrics that a line of Python logs by name, each with the column behind its name. */
export function loggedNames(line: string): { readonly name: string; readonly column: number }[] {
  const found = [...line.matchAll(logged)].map((match) => ({
    name: match[1] ?? "",
    column: match.index + match[0].length,
  }));
  for (const match of line.matchAll(dict)) {
    const inner = match[1] ?? "";
    const start = match.index + match[0].indexOf("{") + 1;
    for (const key of inner.matchAll(dictKey))
      found.push({ name: key[1] ?? "", column: start + key.index + key[0].lastIndexOf(":") });
  }
  return found;
}
