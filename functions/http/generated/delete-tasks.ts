// @ts-nocheck: the validators are code that ajv wrote.
// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract, Validate } from '../contract.ts';

const validateQuery = validate20;
const schema31 = {"type":"object","properties":{"all":{"type":"boolean","enum":[true]},"completed":{"type":"boolean","enum":[true]}}};

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.all !== undefined){
let data0 = data.all;
if(typeof data0 !== "boolean"){
const err0 = {instancePath:instancePath+"/all",schemaPath:"#/properties/all/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(!(data0 === true)){
const err1 = {instancePath:instancePath+"/all",schemaPath:"#/properties/all/enum",keyword:"enum",params:{allowedValues: schema31.properties.all.enum}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.completed !== undefined){
let data1 = data.completed;
if(typeof data1 !== "boolean"){
const err2 = {instancePath:instancePath+"/completed",schemaPath:"#/properties/completed/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(!(data1 === true)){
const err3 = {instancePath:instancePath+"/completed",schemaPath:"#/properties/completed/enum",keyword:"enum",params:{allowedValues: schema31.properties.completed.enum}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":{"all":true,"completed":true},"dynamicProps":false,"dynamicItems":false};

export const deleteTasksContract = {
  operation: "deleteTasks",
  path: "/api/tasks",
  auth: "required",
  scope: "tasks:write",
  query: { types: {"all":"boolean","completed":"boolean"}, closed: true, validate: validateQuery as Validate },
} as const satisfies Contract;
