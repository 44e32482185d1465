// Tour: docs/kernels.md#warpgroupproduct
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU.Backends.PTX;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// Changes the head of the PTX module that ILGPU writes, for kernels that need <c>sm_90a</c> and shared memory whose size the launch gives.
/// </summary>
internal static partial class WarpgroupModule
{
    private const string Field = "<PTXAssembly>k__BackingField";

    /// <summary>Changes a compiled kernel before it is loaded.</summary>
    public static void Retarget(PTXCompiledKernel kernel)
    {
        const string NewHead = $".target sm_90a\n.address_size 64\n.extern .shared .align 1024 .b8 {WarpgroupInstructions.SharedName}[];\n";
        FieldInfo text = typeof(PTXCompiledKernel).GetField(Field, BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new MissingFieldException(nameof(PTXCompiledKernel), Field);
        text.SetValue(kernel, Head().Replace(kernel.PTXAssembly, NewHead, 1));
    }

    [GeneratedRegex(@"^\.target .*\s+\.address_size 64\s*$", RegexOptions.Multiline)]
    private static partial Regex Head();
}
