// The keys of the review pages. Everything also works without this file, by its buttons and links.
"use strict";

const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const typing = (target) => target.matches("input:not([type=checkbox]), textarea, select");
const SKIPS = "claimledger.skips";
const FILTER = "claimledger.filter";
const LOOKED = "claimledger.looked";
let armed = "";
let sent = false;

// What was skipped since the last decision, so that undo finds the way back.
const skips = () => JSON.parse(sessionStorage.getItem(SKIPS) || "[]");
const keep = (list) => sessionStorage.setItem(SKIPS, JSON.stringify(list.slice(-50)));

function arm(judgement) {
  armed = judgement;
  const status = $("#armed");
  if (!status) return;
  const words = judgement.replace("_", " ");
  status.textContent = judgement ? `${words}: which side? 1, 2, … · the same key again names none · Esc` : "";
  $$("[data-armed]").forEach((button) => button.classList.toggle("lit", button.dataset.armed === judgement));
}

function press(button) {
  if (sent) return;
  if (button.form) button.form.requestSubmit(button);
  else button.click();
}

function undo() {
  const list = skips();
  if (list.length) {
    const back = list.pop();
    keep(list);
    location.assign(back);
    return;
  }
  const form = $("form.mine");
  if (form && !sent) form.requestSubmit();
}

function decisionKey(key) {
  if (armed) {
    const side = $$(`[data-armed="${armed}"]`).find((button) => button.dataset.side.split(" ").includes(key));
    const none = $(`[data-arms="${armed}"][data-key="${key}"]`);
    if (side || none) press(side || none);
    else arm("");
    return Boolean(side || none);
  }
  const target = $$("[data-key]").find((element) => element.dataset.key.split(" ").includes(key));
  if (!target) return false;
  if (target.dataset.arms) arm(target.dataset.arms);
  else press(target);
  return true;
}

function rows() {
  return $$(".rows .open");
}

function move(by) {
  const all = rows();
  const at = all.findIndex((link) => link.closest("li").contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  if (next) next.focus();
}

function selectRow() {
  const row = document.activeElement.closest(".rows li");
  if (row) row.querySelector("input").click();
}

function selectAll(on) {
  $$(".rows input").forEach((box) => { box.checked = on; });
  count();
}

function count() {
  const number = $$(".rows input:checked").length;
  if (!$("#selected")) return;
  $("#selected").textContent = number ? `${number} selected:` : "Select all";
  $("#all").checked = number > 0 && number === rows().length;
  $("#bulk .bar").classList.toggle("idle", number === 0);
}

function queueKey(key) {
  if (!rows().length) return false;
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x") selectRow();
  else if (key === "X") selectAll(!$("#all").checked);
  else return false;
  return true;
}

function onKey(event) {
  const { key } = event;
  if (key === "Escape") {
    if (typing(event.target)) event.target.blur();
    arm("");
    return;
  }
  if (typing(event.target) || event.altKey || event.metaKey || event.isComposing) return;
  if ($("#keys").open && key !== "?") return;
  const control = event.ctrlKey;
  if (control && key.toLowerCase() !== "z") return;
  let done = true;
  if (control || key === "Backspace") undo();
  else if (event.repeat) done = false;
  else if (key === "?") $("#keys").open ? $("#keys").close() : $("#keys").showModal();
  else if (key === "n" && $("#note")) $("#note").focus();
  else done = queueKey(key) || decisionKey(key);
  if (done) event.preventDefault();
}

function onSubmit(event) {
  if (sent) {
    event.preventDefault();
    return;
  }
  const { submitter } = event;
  if (submitter && submitter.dataset.arms && armed !== submitter.dataset.arms) {
    event.preventDefault();
    arm(submitter.dataset.arms);
    return;
  }
  sent = event.target.method === "post";
  if (sent && event.target.id === "decide") keep([]);
}

function onClick(event) {
  const link = event.target.closest("[data-skip]");
  if (link && !event.ctrlKey && !event.metaKey) keep([...skips(), location.pathname + location.search]);
}

// The queue remembers its filter, and the version up to which it was looked at before this session.
function remember() {
  const looked = $("#new-since");
  if (!looked) {
    const filter = localStorage.getItem(FILTER) || "";
    $$('.top a[href="/"]').forEach((link) => { link.href = `/${filter}`; });
    return;
  }
  const asked = new URLSearchParams(location.search);
  ["page", "undo"].forEach((name) => asked.delete(name));
  localStorage.setItem(FILTER, asked.size ? `?${asked}` : "");
  const before = sessionStorage.getItem(LOOKED) || localStorage.getItem(LOOKED) || looked.dataset.newest;
  sessionStorage.setItem(LOOKED, before);
  localStorage.setItem(LOOKED, looked.dataset.newest);
  looked.querySelector("a").href = `/?since=${before}`;
  looked.hidden = asked.has("since") || Number(before) >= Number(looked.dataset.newest);
}

document.addEventListener("keydown", onKey);
document.addEventListener("submit", onSubmit);
document.addEventListener("click", onClick);
window.addEventListener("pageshow", () => { sent = false; });  // back from the browser's memory
remember();
$("#show-keys").hidden = false;
$("#show-keys").addEventListener("click", () => $("#keys").showModal());
if ($("#note")) {
  $("#note").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();  // a note is no decision
    event.target.blur();
  });
}
if ($("#bulk") && rows().length) {
  $("#all").hidden = false;
  $("#all").addEventListener("change", (event) => selectAll(event.target.checked));
  $("#bulk").addEventListener("change", count);
  count();
}
if (matchMedia("(max-width: 60rem)").matches && $(".facets")) $(".facets").open = false;
