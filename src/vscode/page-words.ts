/**
 * The words of a language other than English as an element of a page's HTML; webview/l10n.ts reads it before anything
 * is drawn. The page's script must come after it. `words`: undefined in English.
 */
export function wordsElement(words: Readonly<Record<string, string>> | undefined): string {
  if (!words) return "";
  // Of HTML's own signs only this one could end the element.
  const text = JSON.stringify(words).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="words">${text}</script>`;
}
