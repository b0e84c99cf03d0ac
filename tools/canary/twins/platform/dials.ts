// walls: core-by-list
export { connect } from 'net';
