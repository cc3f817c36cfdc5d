package pjrt

// Indices in the function table of PJRT_Api, which follows a prefix of 40 bytes: its size, its
// extensions and PJRT_Api_Version.
const (
	fnErrorDestroy             = 0
	fnErrorMessage             = 1
	fnErrorGetCode             = 2
	fnPluginInitialize         = 3
	fnEventDestroy             = 5
	fnEventIsReady             = 6
	fnEventAwait               = 8
	fnClientCreate             = 10
	fnClientDestroy            = 11
	fnClientPlatformName       = 12
	fnClientPlatformVersion    = 14
	fnClientAddressableDevices = 16
	fnClientCompile            = 20
	fnBufferFromHostBuffer     = 22
	fnDescriptionID            = 23
	fnDescriptionKind          = 26
	fnDescriptionString        = 28
	fnDeviceGetDescription     = 29
	fnDeviceMemoryStats        = 34
	fnExecutableDestroy        = 40
	fnExecutableNumOutputs     = 44
	fnLoadedDestroy            = 50
	fnLoadedGetExecutable      = 51
	fnLoadedExecute            = 55
	fnBufferDestroy            = 58
	fnBufferElementType        = 59
	fnBufferDimensions         = 60
	fnBufferOnDeviceSize       = 64
	fnBufferToHostBuffer       = 70
	fnBufferReadyEvent         = 72
	fnBufferUnsafePointer      = 73
	fnTopologyCreate           = 82
	fnTopologyDestroy          = 83
	fnCompile                  = 89
	fnExecutableMemoryStats    = 96
)

const apiPrefix = 40

var fnNames = map[int]string{
	fnPluginInitialize: "Plugin_Initialize",
	fnEventDestroy:     "Event_Destroy", fnEventIsReady: "Event_IsReady", fnEventAwait: "Event_Await",
	fnClientCreate: "Client_Create", fnClientDestroy: "Client_Destroy",
	fnClientPlatformName: "Client_PlatformName", fnClientPlatformVersion: "Client_PlatformVersion",
	fnClientAddressableDevices: "Client_AddressableDevices", fnClientCompile: "Client_Compile",
	fnBufferFromHostBuffer: "Client_BufferFromHostBuffer",
	fnDescriptionID:        "DeviceDescription_Id", fnDescriptionKind: "DeviceDescription_Kind",
	fnDescriptionString: "DeviceDescription_ToString", fnDeviceGetDescription: "Device_GetDescription",
	fnDeviceMemoryStats: "Device_MemoryStats",
	fnExecutableDestroy: "Executable_Destroy", fnExecutableNumOutputs: "Executable_NumOutputs",
	fnLoadedDestroy:       "LoadedExecutable_Destroy",
	fnLoadedGetExecutable: "LoadedExecutable_GetExecutable", fnLoadedExecute: "LoadedExecutable_Execute",
	fnBufferDestroy: "Buffer_Destroy", fnBufferElementType: "Buffer_ElementType",
	fnBufferDimensions: "Buffer_Dimensions", fnBufferOnDeviceSize: "Buffer_OnDeviceSizeInBytes",
	fnBufferToHostBuffer: "Buffer_ToHostBuffer", fnBufferReadyEvent: "Buffer_ReadyEvent",
	fnBufferUnsafePointer: "Buffer_UnsafePointer",
	fnTopologyCreate:      "TopologyDescription_Create", fnTopologyDestroy: "TopologyDescription_Destroy",
	fnCompile:               "Compile",
	fnExecutableMemoryStats: "Executable_GetCompiledMemoryStats",
}
