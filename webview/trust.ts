/** Whether the workspace is trusted: in Restricted Mode runs are browsed, never started. The page is loaded anew when it changes. */
export const isTrusted = document.body.dataset["trusted"] !== "no";
