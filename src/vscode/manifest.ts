/** Ids and types of what package.json contributes; a test compares the two both ways. */
export const commands = {
  "loam.about": {} as () => Promise<void>,
} as const;

export type CommandId = keyof typeof commands;
