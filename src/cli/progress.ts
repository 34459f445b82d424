import type { ContentProgress } from "../core/datasets/content-progress.js";
import type { CommandContext } from "./command.js";
import { bytesText, counted } from "./numbers.js";

const apartMs = 100;

/** Shows how far long work is on a terminal's last line, and wipes it at the end. */
export async function withProgress<T>(
  context: CommandContext,
  what: string,
  work: (progress: (at: ContentProgress) => void) => Promise<T>,
): Promise<T> {
  const live = process.stderr.isTTY && !context.quiet;
  let shown = 0;
  const put = (text: string): void => {
    process.stderr.write(`\r\u001b[K${text}`);
  };
  try {
    return await work(({ files, bytes, totalFiles, totalBytes }) => {
      const now = performance.now();
      if (!live || now - shown < apartMs) return;
      shown = now;
      put(
        `${what} ${counted(files, "file")} of ${counted(totalFiles, "file").split(" ")[0] ?? ""}, ${bytesText(bytes)} of ${bytesText(totalBytes)} …`,
      );
    });
  } finally {
    if (shown > 0) put("");
  }
}
