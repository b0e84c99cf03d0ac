// tidy: drawer, columns, left-for-later
export const wide = 'a line that goes on and on and on and on, beyond the hundred columns that the house allows it';
export const later = 0; // TODO: count
