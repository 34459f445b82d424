const adjectives =
  "amber bold brave bright brisk calm clear clever cool crisp curious deep eager early fair fast fine firm free fresh gentle glad golden grand green happy honest keen kind light lively lucky mellow merry mild neat nimble noble open patient plain polite proud pure quick quiet rapid ready rich round sharp shy silent simple sleek smooth soft solid still strong sunny sure sweet swift tall tame tidy tough true upbeat vivid warm wild wise witty young";
const nouns =
  "acorn alder ant aspen badger bark bay beech birch bloom brook bud cedar clay clover crane creek crow dale delta dune elm falcon fern finch fir flint fox frost glade grove hare hawk hazel heath heron hill iris ivy jay lake larch lark leaf lichen lily linden loam maple marsh meadow mole moor moss newt oak orchard otter owl peat pine plum pond poplar quail rain reed ridge river robin root rose rye sage sand seed shore shrub sky snail soil sparrow spruce stone stork stream swan thistle thorn thrush tide toad trout vale vine wheat willow wren yarrow yew";

const words = { adjectives: adjectives.split(" "), nouns: nouns.split(" ") };

/** A name for a run that was given none, as `adjective-noun-123`; `random` holds at least 4 bytes. */
export function generatedName(random: Buffer): string {
  const { adjectives: first, nouns: second } = words;
  const adjective = first[random.readUInt8(0) % first.length] ?? "plain";
  const noun = second[random.readUInt8(1) % second.length] ?? "loam";
  return `${adjective}-${noun}-${random.readUInt16LE(2) % 1000}`;
}
