using System.Reflection;
using ILGPU.Backends.OpenCL;

namespace Homer.Kernels.Backends;

/// <summary>
/// Makes a group's barrier order shared memory on OpenCL. ILGPU 1.5.3 writes <c>work_group_barrier(CLK_GLOBAL_MEM_FENCE)</c>, which in
/// OpenCL
/// guarantees nothing about local memory. The text comes from a private table of ILGPU: <see cref="Register"/> puts both fences there.
/// </summary>
internal static class OpenCLFence
{
    private const string Table = "MemoryFenceFlags";

    /// <summary>Corrects the table; call before the first OpenCL kernel is compiled.</summary>
    public static void Register()
    {
        object? table = typeof(CLInstructions).GetField(Table, BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null);
        string[] fences = (string[]?)table ?? throw new MissingFieldException(nameof(CLInstructions), Table);
        fences[0] = "CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE";
    }
}
