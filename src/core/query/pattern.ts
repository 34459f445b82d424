/**
 * SQLite's LIKE ignores the case of ASCII letters and no others, and a pragma changes that for the whole connection.
 * GLOB minds case always, so both comparators are written as GLOB: LIKE as it is, ILIKE with a set for each letter.
 */
export function likeToGlob(pattern: string, comparator: "like" | "ilike"): string {
  let glob = "";
  for (const char of pattern) {
    if (char === "%") glob += "*";
    else if (char === "_") glob += "?";
    else if ("*?[".includes(char)) glob += `[${char}]`;
    else glob += comparator === "like" ? char : anyCase(char);
  }
  return glob;
}

function anyCase(char: string): string {
  const lower = char.toLowerCase();
  const upper = char.toUpperCase();
  const forms = new Set([char, lower, upper, upper.toLowerCase()]);
  // Some letters have a form of several characters (ß, SS), which a set cannot hold.
  const single = [...forms].filter((form) => [...form].length === 1);
  return single.length === 1 ? char : `[${single.join("")}]`;
}
