/** Modules whose package has another name. */
const packages: Readonly<Record<string, string>> = {
  attr: "attrs",
  bs4: "beautifulsoup4",
  cv2: "opencv-python",
  dateutil: "python-dateutil",
  dotenv: "python-dotenv",
  faiss: "faiss-cpu",
  fitz: "pymupdf",
  git: "GitPython",
  hydra: "hydra-core",
  jwt: "PyJWT",
  OpenSSL: "pyOpenSSL",
  PIL: "pillow",
  psycopg2: "psycopg2-binary",
  pytorch_lightning: "pytorch-lightning",
  serial: "pyserial",
  skimage: "scikit-image",
  sklearn: "scikit-learn",
  umap: "umap-learn",
  yaml: "PyYAML",
};

/** A module that Python did not find, and the package that has it. */
export interface MissingModule {
  readonly module: string;
  readonly package: string;
}

/** What a run's error says that Python did not find; null where it says something else. */
export function missingModule(error: string | null | undefined): MissingModule | null {
  const found = /^ModuleNotFoundError: No module named '([A-Za-z_]\w*)[\w.]*'/.exec(error ?? "")?.[1];
  if (found === undefined) return null;
  return { module: found, package: Object.hasOwn(packages, found) ? (packages[found] ?? found) : found };
}
