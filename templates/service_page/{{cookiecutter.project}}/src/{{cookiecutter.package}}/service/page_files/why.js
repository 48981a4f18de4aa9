// Why an answer is what it is: what each field adds, as bars. Where the service does not explain, there is no button.
"use strict";

const MOST_BARS = 15;
let explained = "";

const digits = (number) => Number(number.toPrecision(4)).toString();
const signed = (number) => (number === 0 ? "0" : number < 0 ? `\u2212${digits(-number)}` : `+${digits(number)}`);

function made(name, kind, text = "") {
  const element = document.createElement(name);
  element.className = kind;
  element.textContent = text;
  return element;
}

/** A field's name, its bar to the left or to the right of the middle, and the number. */
function bar({ name, contribution: added, standard_error: error }, largest) {
  const contribution = Math.abs(added) < 1e-9 * largest ? 0 : added; // what sums leave behind
  const track = made("span", "track");
  const part = made("span", contribution < 0 ? "less" : "more");
  part.style.width = `${(50 * Math.abs(contribution)) / largest}%`;
  track.append(part);
  track.setAttribute("aria-hidden", "true");
  const number = made("span", "added", signed(contribution));
  if (error) number.title = `plus or minus ${digits(error)}`;
  return [made("span", "name", name || "the value"), track, number];
}

/** The largest contributions, and what all others add together. */
function foremost(contributions) {
  const sorted = [...contributions].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const rest = sorted.splice(MOST_BARS);
  const sum = rest.reduce((all, each) => all + each.contribution, 0);
  return rest.length ? [...sorted, { name: `${rest.length} others`, contribution: sum }] : sorted;
}

/** How far bars may be off, where not everything could be looked at and that is more than their digits show. */
function doubt(contributions, longest) {
  const errors = contributions.map((each) => each.standard_error).filter((each) => each !== undefined);
  if (errors.includes(null)) return " How far a bar may be off is not known.";
  const largest = Math.max(0, ...errors);
  return largest > 1e-4 * longest ? ` A bar may be off by ${Number(largest.toPrecision(2))}.` : "";
}

/** One number of the answer: where it starts, what is added, what comes out. */
function bars({ of, value, base, contributions }) {
  const parts = foremost(contributions);
  const largest = Math.max(...parts.map((each) => Math.abs(each.contribution)), Number.MIN_VALUE);
  const box = made("div", "bars");
  const start = request.kind === "text" ? "without any word" : "on average";
  const words = `${of}: ${digits(value)}, from ${digits(base)} ${start}.${doubt(contributions, largest)}`;
  box.append(made("p", "of", words), ...parts.flatMap((each) => bar(each, largest)));
  return box;
}

/** Forget the explanation of an earlier answer; what the new answer was asked with is explained on demand. */
function explainable(body, documented) {
  explained = body;
  $("why").hidden = !documented;
  $("explanation").replaceChildren();
}

$("why").addEventListener("click", async () => {
  $("why").disabled = true;
  show("problem", "");
  try {
    const options = { method: "POST", body: explained, headers: { "content-type": "application/json" } };
    const answer = await fetched("explain", options);
    if (answer.status !== 200) return show("problem", answer.body.errors?.[0]?.message ?? answer.body.detail);
    $("explanation").replaceChildren(...answer.body.explanations[0].explained.slice(0, 3).map(bars));
    $("why").hidden = true;
  } catch {
    show("problem", "The service cannot be reached.");
  } finally {
    $("why").disabled = false;
  }
});
