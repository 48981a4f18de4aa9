import type { ISetting } from './outline';

/** The parameters whose values somebody has changed, as they were typed. */
export function changed(
  before: readonly ISetting[],
  typed: ReadonlyMap<string, string>
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, value } of before) {
    const now = typed.get(name);
    if (now !== undefined && now !== value) {
      found[name] = now;
    }
  }
  return found;
}
