// bans: **, Math.pow
export function powers(x: number): number {
  let y = x ** 2;
  y **= 2;
  return y + Math.pow(x, 2) + Math['pow'](x, 2);
}
