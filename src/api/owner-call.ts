// How processes of one machine call each other: who writes a run is asked to change it.

/** Marks a request that was forwarded once, so that two processes never send one to and fro. */
export const forwardedHeader = "x-loam-forwarded";

/** The status with which a process answers that was taken for the owner and is not (any more). */
export const misdirected = 421;

/** What shows that the caller may: the token of the other process's note, where it has one. */
export const tokenHeader = (token: string | undefined): { readonly authorization?: string } =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
