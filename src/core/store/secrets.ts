/** What stands in the place of a secret; its length says nothing about the value's. */
export const secretMask = "********";

const certain = new Set(
  (
    "password passwd passphrase passcode pwd pw secret secrets credential credentials creds apikey bearer " +
    "authorization jwt accesskey secretkey privatekey authtoken accesstoken"
  ).split(" "),
);
const keyKinds = new Set(
  (
    "api access secret private signing encryption ssh account storage license licence subscription service auth " +
    "master admin aws azure gcp openai anthropic wandb comet neptune hf huggingface deploy app consumer client"
  ).split(" "),
);
const tokenPieces = new Set(
  (
    "pad eos bos mask unk sep cls special image img audio video start end stop begin new max min num n per class " +
    "id ids type types count limit length len size dim dropout embed embedding embeddings level merging pooling " +
    "pool next first last rate forced decoder encoder patch prompt text input output user system assistant " +
    "prefix suffix bucket drop mixing mixer weight weights loss"
  ).split(" "),
);
/** After a secret word these say that the value is about the secret, not the secret itself. */
const aboutSecrets = new Set(
  (
    "file filename path dir folder type method mode enabled disabled required provider url uri host port sock " +
    "socket field column timeout ttl expiry expires expiration length policy strategy backend scheme class retries"
  ).split(" "),
);
/** As the first word these ask whether, and the value is no secret: `use_auth`. */
const asksWhether = new Set("use enable with without skip disable require requires has is no".split(" "));
const plainValue = /^(|true|false|yes|no|on|off|none|null|nil|undefined|nan|auto|default)$/i;

const shapes: readonly RegExp[] = [
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  /\bgithub_pat_\w{22,}/,
  /\bglpat-[\w-]{20,}/,
  /\bsk-[0-9a-f]{32,}\b/,
  /\bsk-(?=[\w-]{0,200}[A-Z])(?=[\w-]{0,200}\d)[\w-]{20,}/,
  /\b[rs]k_(live|test)_[0-9A-Za-z]{10,}/,
  /\bxox[abeoprs]-[0-9A-Za-z-]{10,}/,
  /\bxapp-\d-[0-9A-Za-z-]{10,}/,
  /\bhf_[A-Za-z0-9]{30,}/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\bya29\.[\w-]{20,}/,
  /\b(npm_[A-Za-z0-9]{36}|pypi-Ag[\w-]{30,}|dckr_pat_[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/,
  /\beyJ[\w-]{10,1000}\.eyJ[\w-]{10,}/,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
  /\b(AccountKey|SharedAccessKey|SharedAccessSignature)=[^;\s]{10,}/i,
  /\bhooks\.slack\.com\/services\/[\w/]{20,}/,
  /^(Bearer|Basic)\s+[\w+/=.~-]{12,}$/i,
  /"(password|passwd|secret|token|api_?key|access_?key|secret_?key|private_?key)"\s*:\s*"[^"]/i,
];
const userInUrl = /(:\/\/[^\s/:@]*:)([^\s/@]+)(?=@)/g;
const keyInUrl =
  /([?&](?:access_token|api_?key|auth|key|password|sig|signature|token|x-amz-signature|x-amz-security-token)=)([^&\s#]{4,})/gi;

/**
 * Whether a value must not be written as it is: by its name (`db_password`, `HF_TOKEN`, `--api-key`, not `tokenizer`,
 * `max_tokens`, `author`), or by its own shape whatever the name (`AKIA…`, `ghp_…`, a JWT, a private key, a URL with
 * a password in it).
 */
export function looksSecret(name: string, value: string): boolean {
  if (plainValue.test(value.trim())) return false;
  return secretShape(value) || urlSecret(value) || secretName(name, value);
}

/** The value with what is secret in it replaced: only the password of a URL, else all of it. */
export function maskSecret(value: string): string {
  if (!urlSecret(value)) return secretMask;
  const masked = value.replace(userInUrl, `$1${secretMask}`).replace(keyInUrl, `$1${secretMask}`);
  return secretShape(masked) ? secretMask : masked;
}

/** `value`, masked where `looksSecret` says so. */
export function withoutSecret(name: string, value: string): string {
  return looksSecret(name, value) ? maskSecret(value) : value;
}

const secretShape = (value: string): boolean => shapes.some((shape) => shape.test(value));
const urlSecret = (value: string): boolean => value.search(userInUrl) !== -1 || value.search(keyInUrl) !== -1;

function secretName(name: string, value: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  if (asksWhether.has(words[0] ?? "")) return false;
  return words.some((word, at) => {
    if (words.slice(at + 1).some((later) => aboutSecrets.has(later))) return false;
    if (certain.has(word)) return !(word === "pwd" && /^([A-Za-z]:)?[\\/]/.test(value));
    if (word === "auth" || word === "oauth") return at === words.length - 1 && value.length >= 6;
    if (word === "token") return !words.some((other) => tokenPieces.has(other)) && !/^-?\d{1,6}$/.test(value);
    if (word !== "key" && word !== "keys" && word !== "pat" && word !== "sas") return false;
    return (at > 0 && keyKinds.has(words[at - 1] ?? "")) || isRandom(value);
  });
}

/** Long base64 or hex with the entropy of a random draw: no word, path or date reaches it. */
function isRandom(value: string): boolean {
  if (!/^[A-Za-z0-9+/=_-]{20,500}$/.test(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits > (/^[0-9a-f]+$/i.test(value) ? 3 : 3.8);
}
