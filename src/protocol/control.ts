/** What whoever may read `local/live` may ask of a live `loam` process, over its control socket. */
export interface ControlRequests {
  /** Begins to end the process's work, gracefully first; answered at once. `token`: the one in its note. */
  "process/stop": { params: { readonly token: string }; result: null };
}
