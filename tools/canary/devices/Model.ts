export const silent = true;
// tidy: opening, name
