// The form is made from the schema that the service tells; nothing is kept, and nothing is asked of another host.
"use strict";

const $ = (id) => document.getElementById(id);
const JSON_TYPES = ["array", "object", "any"];
const REASONS = {
  unknown_category: "The model has never seen this value.",
  out_of_range: "This is beyond what the model has seen.",
  odd_length: "The model has not seen this so short, or so long.",
  unusual_combination: "The model has not seen such numbers together.",
};
let key = "";
let request;
let explains = false;

/** Ask the service; the answer's JSON and its status. */
async function fetched(path, options = {}) {
  const headers = { ...(key && { authorization: `Bearer ${key}` }), ...options.headers };
  const answer = await fetch(path, { ...options, headers });
  const body = await answer.json().catch(() => ({ detail: `The service said ${answer.status}.` }));
  return { status: answer.status, body };
}

function show(id, text) {
  $(id).textContent = text;
  $(id).hidden = !text;
}

/** The fields of a record; where a record is a single value, that one. */
function fieldsOf(schema) {
  if (schema.fields) return schema.fields;
  const type = { array: "array", text: "string" }[schema.kind] ?? schema.type ?? "any";
  return [{ ...schema, name: schema.inputs[0], type, long: schema.kind === "text" }];
}

/** What was seen of a field, in words. */
function hint(field) {
  const seen = field.minimum == null ? "" : `seen: ${field.minimum} to ${field.maximum}`;
  return [field.nullable && "may be empty", seen].filter(Boolean).join(", ");
}

function choices(field) {
  if (field.type === "boolean") return [true, false];
  return field.fixed ? field.categories : null;
}

function control(field, value) {
  const options = choices(field);
  const long = field.long || JSON_TYPES.includes(field.type);
  const made = document.createElement(options ? "select" : long ? "textarea" : "input");
  if (options) {
    for (const option of field.nullable ? [null, ...options] : options) {
      made.add(new Option(option === null ? "" : String(option), option === null ? "" : JSON.stringify(option)));
    }
    made.value = value == null ? made.options[0].value : JSON.stringify(value);
  } else {
    if (field.type === "number" || field.type === "integer") made.inputMode = "decimal";
    made.value = value == null ? "" : JSON_TYPES.includes(field.type) ? JSON.stringify(value) : String(value);
  }
  return made;
}

/** A label, a control, what is known of it, and room for what is wrong with it. */
function row(field, number, value) {
  const box = document.createElement("div");
  const input = control(field, value);
  input.id = `field-${number}`;
  const label = document.createElement("label");
  label.htmlFor = input.id;
  label.textContent = field.name;
  const known = document.createElement("p");
  known.className = "hint";
  known.textContent = hint(field);
  const wrong = document.createElement("p");
  wrong.className = "wrong";
  wrong.id = `wrong-${number}`;
  input.setAttribute("aria-describedby", wrong.id);
  box.append(label, input, known, wrong);
  if (input.tagName === "TEXTAREA") box.className = "wide";
  if (field.categories && !field.fixed && input.tagName === "INPUT") {
    const list = document.createElement("datalist");
    list.id = `seen-${number}`;
    for (const each of field.categories) list.append(new Option(String(each)));
    input.setAttribute("list", list.id);
    box.append(list);
  }
  return box;
}

/** The value of a control; a text that is no number goes as it is, so that the service says what is wrong with it. */
function valueOf(field, input) {
  const text = input.value;
  if (input.tagName === "SELECT") return text === "" ? null : JSON.parse(text);
  if (field.type === "string" && (text !== "" || !field.nullable)) return text;
  if (text.trim() === "") return null;
  if (field.type === "number" || field.type === "integer") {
    return Number.isFinite(Number(text)) ? Number(text) : text;
  }
  if (!JSON_TYPES.includes(field.type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function inputs() {
  return fieldsOf(request).map((field, number) => [field, $(`field-${number}`), $(`wrong-${number}`)]);
}

function recordOf() {
  const values = inputs().map(([field, input]) => [field.name, valueOf(field, input)]);
  return request.fields ? Object.fromEntries(values) : values[0][1];
}

function clear() {
  show("problem", "");
  show("flags", "");
  $("answer").hidden = true;
  for (const [, input, wrong] of inputs()) {
    input.removeAttribute("aria-invalid");
    wrong.textContent = "";
  }
}

/** Say beside each field what is wrong with it, and the rest below. */
function complain(problem) {
  const rest = [problem.detail];
  for (const error of problem.errors ?? []) {
    const place = inputs().find(([field]) => field.name === String(error.field).split(/[.[]/)[0]);
    const [, input, wrong] = place ?? (request.fields ? [] : inputs()[0]);
    if (!input) {
      rest.push(error.message);
      continue;
    }
    input.setAttribute("aria-invalid", "true");
    wrong.textContent = error.message;
  }
  show("problem", rest.filter(Boolean).join(" "));
  document.querySelector('[aria-invalid="true"]')?.focus();
}

/** Say beside each field, and of combinations below the answer, what the notebook's rows never had. */
function remark(flags) {
  const rest = [];
  for (const flag of flags) {
    const words = REASONS[flag.reason] ?? flag.reason;
    const place = inputs().find(([field]) => field.name === flag.field) ?? (request.fields ? null : inputs()[0]);
    if (place) place[2].textContent = words;
    else rest.push(words);
  }
  show("flags", rest.join(" "));
}

/** An object's values as a list of terms, anything else as it is. */
function shown(value) {
  if (value !== null && typeof value === "object") {
    const plain = !Array.isArray(value) && Object.values(value).every((each) => each === null || typeof each !== "object");
    const made = document.createElement(plain ? "dl" : "pre");
    if (!plain) made.textContent = JSON.stringify(value, null, 1);
    for (const [name, each] of plain ? Object.entries(value) : []) {
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.textContent = name;
      said.textContent = String(each);
      made.append(term, said);
    }
    return made;
  }
  return document.createTextNode(String(value));
}

async function ask(event) {
  event.preventDefault();
  clear();
  $("ask").disabled = true;
  const body = JSON.stringify({ records: [recordOf()] });
  const began = performance.now();
  try {
    const options = { method: "POST", body, headers: { "content-type": "application/json" } };
    const answer = await fetched("predict", options);
    if (answer.status !== 200) return complain(answer.body);
    remark(answer.body.flags ?? []);
    $("prediction").replaceChildren(shown(answer.body.predictions[0]));
    $("took").textContent = `${Math.round(performance.now() - began)} ms, model ${answer.body.model_version}`;
    explainable(body, explains);
    $("answer").hidden = false;
  } catch {
    show("problem", "The service cannot be reached.");
  } finally {
    $("ask").disabled = false;
  }
}

/** Show links to what else there is to look at. */
function link(pages) {
  for (const [path, words, there] of pages) {
    const made = document.querySelector(`footer a[href="${path}"]`) ?? document.createElement("a");
    made.href = path;
    made.textContent = words;
    if (there) document.querySelector("footer").append(made);
  }
}

/** Make the form, or ask for a key first. */
async function begin() {
  show("problem", "");
  const [model, api] = await Promise.all([fetched("model"), fetched("openapi.json")]);
  const refused = model.status === 401 || model.status === 403;
  $("key-form").hidden = !refused;
  if (refused && key) show("problem", model.body.detail);
  if (model.status !== 200) {
    if (!refused) show("problem", model.body.detail);
    return;
  }
  request = model.body.request;
  document.title = $("title").textContent = model.body.title;
  $("version").textContent = `${api.body.info?.description ?? ""} Model ${model.body.model_version}.`.trim();
  explains = Boolean(api.body.paths?.["/explain"]?.post);
  link([
    ["drift", "Drift", api.body.paths?.["/drift"]],
    ["importance", "What matters", model.body.importance],
  ]);
  const content = api.body.paths?.["/predict"]?.post?.requestBody?.content?.["application/json"];
  const example = content?.example?.records?.[0];
  const rows = fieldsOf(request).map((field, number) => row(field, number, request.fields ? example?.[field.name] : example));
  $("fields").replaceChildren(...rows);
  $("record").hidden = false;
}

$("record").addEventListener("submit", ask);
$("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key = $("key").value.trim();
  begin();
});
begin().catch(() => show("problem", "The service cannot be reached."));
