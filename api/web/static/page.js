// Everything works without this file. It adds dropping, progress in words, and copying; it draws nothing itself:
// answers are sections of the same pages, made on the server.

document.documentElement.classList.add("js");

const form = document.getElementById("verify");
const samples = document.getElementById("samples");

function words(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1048576).toFixed(1)} MiB`;
}

async function verify(file) {
  const progress = document.getElementById("progress");
  const input = form.querySelector("input");
  const place = document.getElementById("answer-place");
  const body = new FormData();
  body.append("file", file, file.name);
  input.disabled = true;
  form.classList.add("busy");
  place.replaceChildren();
  progress.textContent = `Comparing ${file.name} (${words(file.size)}) …`;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answer = page.getElementById("answer");
    progress.textContent = answer ? "" : "The registry gave no answer that this page can read.";
    if (answer) {
      place.replaceChildren(document.importNode(answer, true));
      place.firstElementChild.focus();
    }
  } catch {
    progress.textContent = "The registry does not answer. Nothing was kept; try again.";
  } finally {
    input.disabled = false;
    input.value = ""; // so that the same file can be chosen again
    form.classList.remove("busy");
  }
}

if (form) {
  const input = form.querySelector("input[type=file]");
  let depth = 0; // entering a child leaves its parent: count, or the border flickers
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length) verify(input.files[0]);
  });
  input.addEventListener("change", () => input.files.length && verify(input.files[0]));
  form.addEventListener("dragenter", () => form.classList.toggle("over", ++depth > 0));
  form.addEventListener("dragleave", () => form.classList.toggle("over", --depth > 0));
  // A file dropped beside the box would replace the page, so the whole page takes it.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    form.classList.remove("over");
    const [file] = event.dataTransfer.files;
    if (file) verify(file);
  });
}

if (samples) {
  samples.addEventListener("submit", () => {
    const button = samples.querySelector("button");
    button.disabled = true;
    button.textContent = "Registering the samples …";
  });
}

function addCopyButton(command) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(command.querySelector("code").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  command.append(button);
}

if (navigator.clipboard) document.querySelectorAll(".command").forEach(addCopyButton);
