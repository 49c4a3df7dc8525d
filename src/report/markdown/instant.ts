import { relative } from "../time.ts";
import { code } from "./inline.ts";

/**
 * When something expires: `2027-03-01`, with the minute where it is not midnight (UTC), and how far that is from now
 * where there is a now.
 *
 * @param instant ISO 8601; null where nothing is known, which is a blank.
 */
export function instantOf(instant: string | null, now?: Date): string {
  if (instant === null) return "";
  const time = Date.parse(instant);
  const iso = Number.isNaN(time) ? "" : new Date(time).toISOString();
  if (!/^\d{4}-/u.test(iso)) return code(instant);
  const date = iso.slice(11, 16) === "00:00" ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
  return now === undefined ? date : `${date} (${relative(instant, now)})`;
}
