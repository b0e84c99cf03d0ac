// walls: platform:each-service-alone
export { kept } from './echo.ts';
