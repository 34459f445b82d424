/**
 * For `JSON.stringify`: what pages say in other languages is told to programs as its English text, once: where a field
 * has it, a `said` beside it is left out.
 */
export const inEnglish = (key: string, value: unknown): unknown => {
  if (key === "said") return undefined;
  const isSaid = typeof value === "object" && value !== null && "template" in value && "text" in value;
  return isSaid ? value.text : value;
};
