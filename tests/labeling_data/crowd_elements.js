// Stands in for https://assets.crowd.aws/crowd-html-elements.js: the elements' documented attributes, regions and values,
// with plain controls. https://docs.aws.amazon.com/sagemaker/latest/dg/sms-ui-template-reference.html
document.addEventListener("DOMContentLoaded", () => {
  const add = (parent, tag, attributes = {}, text = "") => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.textContent = text || element.textContent;
    return parent.appendChild(element);
  };

  class Task extends HTMLElement {
    connectedCallback() {
      if (!this.closest("crowd-form")) throw new Error(`${this.localName} is not in a crowd-form`);
      const full = this.querySelector(":scope > full-instructions");
      const short = this.querySelector(":scope > short-instructions");
      add(this, "h1", {}, this.getAttribute("header"));
      add(this, "img", { crossOrigin: "anonymous", src: this.getAttribute("src"), alt: "the image of this task" });
      const choices = add(this, "fieldset");
      add(choices, "legend", {}, "Choices");
      for (const name of JSON.parse(this.getAttribute(this.list))) {
        const label = add(choices, "label");
        label.append(Object.assign(document.createElement("input"), { type: "radio", name: "choice", value: name }));
        label.append(name);
      }
      this.tools();
      this.append(short);
      const dialog = add(this, "dialog");
      add(dialog, "h1", {}, full.getAttribute("header"));
      dialog.append(full);
      const open = add(this, "button", { type: "button" }, "View full instructions");
      open.addEventListener("click", () => dialog.showModal());
    }
    get choice() {
      return this.querySelector("input:checked")?.value;
    }
    tools() {}
  }

  customElements.define("crowd-image-classifier", class extends Task {
    list = "categories";
    get value() {
      return this.choice && { label: this.choice };
    }
  });

  customElements.define("crowd-semantic-segmentation", class extends Task {
    list = "labels";
    segments = {};
    tools() {
      const paint = add(this, "button", { type: "button" }, "Brush");
      paint.addEventListener("click", () => (this.segments[this.choice] = { color: "#2ca02c" }));
    }
    get value() {
      return { labelMappings: this.segments, labeledImage: { pngImageData: "" } };
    }
  });

  customElements.define("crowd-form", class extends HTMLElement {
    connectedCallback() {
      const submit = add(this, "button", { type: "button" }, "Submit");
      submit.addEventListener("click", () => {
        const task = this.querySelector("[name][header]");
        if (task.value) {
          fetch("/submit", { method: "POST", body: JSON.stringify([{ [task.getAttribute("name")]: task.value }]) });
        }
      });
    }
  });
});
