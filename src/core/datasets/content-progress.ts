/** How far work on contents is, in files and bytes. */
export interface ContentProgress {
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
}

export type OnProgress = (progress: ContentProgress) => void;
