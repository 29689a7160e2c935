import { existsSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { TensorFlowError } from './errors.js';
import { openLibraries } from './open-libraries.js';

/** An address in native memory; null is C's NULL. */
export type Pointer = bigint | null;
export interface GraphOutput {
  readonly oper: Pointer;
  readonly index: number;
}

/** A C function, also on a worker thread. */
interface NativeFunction<A extends unknown[], R> {
  (...args: A): R;
  readonly async: (...args: [...A, (error: Error | null, result: R) => void]) => void;
}

export const libraryFiles = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'] as const;

/**
 * The functions of TensorFlow's C API that this package calls (tensorflow/c/c_api.h, tensorflow/c/eager/c_api.h,
 * tensorflow/core/platform/ctstring.h), bound to one pair of libraries.
 * @param folder - holds `libtensorflow_framework.so.2` and `libtensorflow_cc.so.2`
 * @throws LIBRARY_NOT_LOADED with the loader's message
 */
export function loadCApi(folder: string) {
  for (const file of libraryFiles) {
    if (!existsSync(join(folder, file))) {
      throw new TensorFlowError(
        'LIBRARY_NOT_FOUND',
        `TensorFlow library: expected ${file} in ${folder}, got no such file`,
        { kind: 'missing' },
      );
    }
  }
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const loaded = openLibraries(libraryFiles.map((file) => join(folder, file)));
  // Each symbol is exported by one of the two libraries; which one differs between TensorFlow versions.
  const bind = <A extends unknown[], R>(
    name: string,
    result: string,
    parameters: unknown[],
  ): NativeFunction<A, R> => {
    let failure: unknown;
    for (const library of [...loaded].reverse()) {
      try {
        return library.func(name, result, parameters as string[]) as unknown as NativeFunction<A, R>;
      } catch (error) {
        failure = error;
      }
    }
    throw new TensorFlowError(
      'SYMBOL_NOT_FOUND',
      `TensorFlow library in ${folder}: expected the function ${name}, got none`,
      {
        kind: 'failed',
        cause: failure,
        hint: 'TensorFlow 2.9 or later is needed.',
      },
    );
  };
  const libc = koffi.load('libc.so.6');
  const P = 'void*';
  const outputType = koffi.struct({ oper: P, index: 'int' });
  const outputs = koffi.pointer(outputType);
  return {
    version: bind<[], string>('TF_Version', 'str', []),
    newStatus: bind<[], Pointer>('TF_NewStatus', P, []),
    deleteStatus: bind<[Pointer], void>('TF_DeleteStatus', 'void', [P]),
    getCode: bind<[Pointer], number>('TF_GetCode', 'int', [P]),
    message: bind<[Pointer], string>('TF_Message', 'str', [P]),

    allocateTensor: bind<[number, BigInt64Array, number, number], Pointer>('TF_AllocateTensor', P, [
      'int',
      P,
      'int',
      'size_t',
    ]),
    deleteTensor: bind<[Pointer], void>('TF_DeleteTensor', 'void', [P]),
    tensorData: bind<[Pointer], Pointer>('TF_TensorData', P, [P]),
    tensorByteSize: bind<[Pointer], number>('TF_TensorByteSize', 'size_t', [P]),
    tensorElementCount: bind<[Pointer], number>('TF_TensorElementCount', 'int64_t', [P]),
    stringInit: bind<[Pointer], void>('TF_StringInit', 'void', [P]),
    stringCopy: bind<[Pointer, Uint8Array, number], void>('TF_StringCopy', 'void', [P, P, 'size_t']),
    stringDealloc: bind<[Pointer], void>('TF_StringDealloc', 'void', [P]),
    stringDataPointer: bind<[Pointer], Pointer>('TF_StringGetDataPointer', P, [P]),
    stringSize: bind<[Pointer], number>('TF_StringGetSize', 'size_t', [P]),

    newContextOptions: bind<[], Pointer>('TFE_NewContextOptions', P, []),
    setContextConfig: bind<[Pointer, Uint8Array, number, Pointer], void>(
      'TFE_ContextOptionsSetConfig',
      'void',
      [P, P, 'size_t', P],
    ),
    deleteContextOptions: bind<[Pointer], void>('TFE_DeleteContextOptions', 'void', [P]),
    newContext: bind<[Pointer, Pointer], Pointer>('TFE_NewContext', P, [P, P]),
    /** Starts this process's server of a ServerDef, which collective ops talk through. */
    enableCollectiveOps: bind<[Pointer, Uint8Array, number, Pointer], void>(
      'TFE_EnableCollectiveOps',
      'void',
      [P, P, 'size_t', P],
    ),
    deleteContext: bind<[Pointer], void>('TFE_DeleteContext', 'void', [P]),
    listDevices: bind<[Pointer, Pointer], Pointer>('TFE_ContextListDevices', P, [P, P]),
    deviceListCount: bind<[Pointer], number>('TF_DeviceListCount', 'int', [P]),
    deviceListName: bind<[Pointer, number, Pointer], string>('TF_DeviceListName', 'str', [P, 'int', P]),
    deviceListType: bind<[Pointer, number, Pointer], string>('TF_DeviceListType', 'str', [P, 'int', P]),
    deleteDeviceList: bind<[Pointer], void>('TF_DeleteDeviceList', 'void', [P]),

    newTensorHandle: bind<[Pointer, Pointer], Pointer>('TFE_NewTensorHandle', P, [P, P]),
    deleteTensorHandle: bind<[Pointer], void>('TFE_DeleteTensorHandle', 'void', [P]),
    /** A second handle of the same values, which outlives the first. */
    shareHandle: bind<[Pointer, Pointer], Pointer>('TFE_TensorHandleCopySharingTensor', P, [P, P]),
    resolveHandle: bind<[Pointer, Pointer], Pointer>('TFE_TensorHandleResolve', P, [P, P]),
    handleDataType: bind<[Pointer], number>('TFE_TensorHandleDataType', 'int', [P]),
    handleNumDims: bind<[Pointer, Pointer], number>('TFE_TensorHandleNumDims', 'int', [P, P]),
    handleDim: bind<[Pointer, number, Pointer], number>('TFE_TensorHandleDim', 'int64_t', [P, 'int', P]),

    newOp: bind<[Pointer, string, Pointer], Pointer>('TFE_NewOp', P, [P, 'str', P]),
    deleteOp: bind<[Pointer], void>('TFE_DeleteOp', 'void', [P]),
    opAddInput: bind<[Pointer, Pointer, Pointer], void>('TFE_OpAddInput', 'void', [P, P, P]),
    opSetType: bind<[Pointer, string, number], void>('TFE_OpSetAttrType', 'void', [P, 'str', 'int']),
    opSetInt: bind<[Pointer, string, number], void>('TFE_OpSetAttrInt', 'void', [P, 'str', 'int64_t']),
    opSetFloat: bind<[Pointer, string, number], void>('TFE_OpSetAttrFloat', 'void', [P, 'str', 'float']),
    opSetBool: bind<[Pointer, string, number], void>('TFE_OpSetAttrBool', 'void', [P, 'str', 'uint8_t']),
    opSetString: bind<[Pointer, string, Uint8Array, number], void>('TFE_OpSetAttrString', 'void', [
      P,
      'str',
      P,
      'size_t',
    ]),
    opSetIntList: bind<[Pointer, string, readonly number[], number], void>('TFE_OpSetAttrIntList', 'void', [
      P,
      'str',
      'int64_t*',
      'int',
    ]),
    opSetShape: bind<[Pointer, string, readonly number[], number, Pointer], void>(
      'TFE_OpSetAttrShape',
      'void',
      [P, 'str', 'int64_t*', 'int', P],
    ),
    /** The result handles are written into the array, their count is read from and written to the other. */
    execute: bind<[Pointer, BigUint64Array, Int32Array, Pointer], void>('TFE_Execute', 'void', [P, P, P, P]),

    newBuffer: bind<[], Pointer>('TF_NewBuffer', P, []),
    deleteBuffer: bind<[Pointer], void>('TF_DeleteBuffer', 'void', [P]),
    opDefinition: bind<[Pointer, string, Pointer, Pointer], void>('TF_GraphGetOpDef', 'void', [
      P,
      'str',
      P,
      P,
    ]),

    graphToGraphDef: bind<[Pointer, Pointer, Pointer], void>('TF_GraphToGraphDef', 'void', [P, P, P]),
    operationName: bind<[Pointer], string>('TF_OperationName', 'str', [P]),
    operationByName: bind<[Pointer, string], Pointer>('TF_GraphOperationByName', P, [P, 'str']),

    newSessionOptions: bind<[], Pointer>('TF_NewSessionOptions', P, []),
    deleteSessionOptions: bind<[Pointer], void>('TF_DeleteSessionOptions', 'void', [P]),
    loadSavedModel: bind<[Pointer, null, string, readonly string[], number, Pointer, null, Pointer], Pointer>(
      'TF_LoadSessionFromSavedModel',
      P,
      [P, P, 'str', 'str*', 'int', P, P, P],
    ),
    sessionRun: bind<
      [
        ...[Pointer, null, readonly GraphOutput[], BigUint64Array, number],
        ...[readonly GraphOutput[], BigUint64Array, number, null, number, null, Pointer],
      ],
      void
    >('TF_SessionRun', 'void', [P, P, outputs, P, 'int', outputs, P, 'int', P, 'int', P, P]),
    closeSession: bind<[Pointer, Pointer], void>('TF_CloseSession', 'void', [P, P]),
    deleteSession: bind<[Pointer, Pointer], void>('TF_DeleteSession', 'void', [P, P]),
    tensorNumDims: bind<[Pointer], number>('TF_NumDims', 'int', [P]),
    tensorDim: bind<[Pointer, number], number>('TF_Dim', 'int64_t', [P, 'int']),
    tensorType: bind<[Pointer], number>('TF_TensorType', 'int', [P]),

    newGraph: bind<[], Pointer>('TF_NewGraph', P, []),
    deleteGraph: bind<[Pointer], void>('TF_DeleteGraph', 'void', [P]),
    newOperation: bind<[Pointer, string, string], Pointer>('TF_NewOperation', P, [P, 'str', 'str']),
    finishOperation: bind<[Pointer, Pointer], Pointer>('TF_FinishOperation', P, [P, P]),
    addInput: bind<[Pointer, GraphOutput], void>('TF_AddInput', 'void', [P, outputType]),
    addInputList: bind<[Pointer, readonly GraphOutput[], number], void>('TF_AddInputList', 'void', [
      P,
      outputs,
      'int',
    ]),
    setType: bind<[Pointer, string, number], void>('TF_SetAttrType', 'void', [P, 'str', 'int']),
    setInt: bind<[Pointer, string, number], void>('TF_SetAttrInt', 'void', [P, 'str', 'int64_t']),
    setFloat: bind<[Pointer, string, number], void>('TF_SetAttrFloat', 'void', [P, 'str', 'float']),
    setBool: bind<[Pointer, string, number], void>('TF_SetAttrBool', 'void', [P, 'str', 'uint8_t']),
    setString: bind<[Pointer, string, Uint8Array, number], void>('TF_SetAttrString', 'void', [
      P,
      'str',
      P,
      'size_t',
    ]),
    setIntList: bind<[Pointer, string, readonly number[], number], void>('TF_SetAttrIntList', 'void', [
      P,
      'str',
      'int64_t*',
      'int',
    ]),
    setShape: bind<[Pointer, string, readonly number[], number], void>('TF_SetAttrShape', 'void', [
      P,
      'str',
      'int64_t*',
      'int',
    ]),
    setTypeList: bind<[Pointer, string, readonly number[], number], void>('TF_SetAttrTypeList', 'void', [
      P,
      'str',
      'int*',
      'int',
    ]),
    setFunction: bind<[Pointer, string, string, number], void>('TF_SetAttrFuncName', 'void', [
      P,
      'str',
      'str',
      'size_t',
    ]),
    setTensor: bind<[Pointer, string, Pointer, Pointer], void>('TF_SetAttrTensor', 'void', [P, 'str', P, P]),
    numOutputs: bind<[Pointer], number>('TF_OperationNumOutputs', 'int', [P]),
    outputType: bind<[GraphOutput], number>('TF_OperationOutputType', 'int', [outputType]),
    outputNumDims: bind<[Pointer, GraphOutput, Pointer], number>('TF_GraphGetTensorNumDims', 'int', [
      P,
      outputType,
      P,
    ]),
    outputShape: bind<[Pointer, GraphOutput, BigInt64Array, number, Pointer], void>(
      'TF_GraphGetTensorShape',
      'void',
      [P, outputType, P, 'int', P],
    ),
    graphToFunction: bind<
      [
        Pointer,
        string,
        number,
        number,
        null,
        number,
        readonly GraphOutput[],
        number,
        readonly GraphOutput[],
        null,
        null,
        null,
        Pointer,
      ],
      Pointer
    >('TF_GraphToFunction', P, [
      P,
      'str',
      'uint8_t',
      'int',
      P,
      'int',
      outputs,
      'int',
      outputs,
      P,
      P,
      'str',
      P,
    ]),
    deleteFunction: bind<[Pointer], void>('TF_DeleteFunction', 'void', [P]),
    addFunction: bind<[Pointer, Pointer, Pointer], void>('TFE_ContextAddFunction', 'void', [P, P, P]),
    removeFunction: bind<[Pointer, string, Pointer], void>('TFE_ContextRemoveFunction', 'void', [
      P,
      'str',
      P,
    ]),

    /** memcpy: one of the two is an address, the other an array of this process. */
    copy: libc.func('memcpy', P, [P, P, 'size_t']) as unknown as (
      to: Pointer | ArrayBufferView,
      from: Pointer | ArrayBufferView,
      bytes: number,
    ) => void,
  };
}

export type CApi = ReturnType<typeof loadCApi>;
