/** Elements of the page, made without markup in strings: nothing that is read can become code. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string | null | false;

function fill<Each extends Element>(element: Each, attributes: Attributes, children: readonly Child[]): Each {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

export function html(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** The element with this id; the page has it. */
export function byId<Each extends HTMLElement = HTMLElement>(id: string): Each {
  return document.getElementById(id) as Each;
}

/** The same element with a property of style that the style sheet uses. */
export function styled<Each extends HTMLElement>(element: Each, name: string, value: string | number): Each {
  element.style.setProperty(name, String(value));
  return element;
}
