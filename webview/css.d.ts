// Style sheets are bundled into the page's own; importing one gives nothing to a program.
declare module "*.css" {}
