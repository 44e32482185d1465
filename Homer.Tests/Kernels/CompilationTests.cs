using System.Text.RegularExpressions;
using Homer.Kernels.TensorCores;
using Homer.Tests.Support;
using ILGPU.Runtime.Cuda;

namespace Homer.Tests.Kernels;

/// <summary>Every kernel compiles for every GPU backend, needs no double precision and calls nothing that is not there.</summary>
public sealed partial class CompilationTests
{
    private const int KnownKernels = 20;

    // What the OpenCL C of the kernels may call besides its own functions: the language's own functions and statements.
    private static readonly string[] OpenCLNames =
    [
        "if", "switch", "while", "return", "get_local_id", "get_local_size", "get_num_groups", "get_group_id", "work_group_barrier",
        "work_group_reduce_add", "work_group_reduce_max", "work_group_reduce_min", "as_float", "as_int", "isnan", "fabs", "exp", "log", "sqrt", "fmax", "fmin", "max", "min",
    ];

    public static TheoryData<string> Kernels => [.. KernelCompiler.Kernels.Keys];

    [Fact]
    public void All_kernels_are_found() => Assert.InRange(KernelCompiler.Kernels.Count, KnownKernels, int.MaxValue);

    /// <summary>The table is that of <c>eng/ptxas.sh</c>: a new kernel asks for a new one.</summary>
    [Fact]
    public void All_kernels_are_in_the_tour()
    {
        Assert.SkipUnless(File.Exists(RepositoryFiles.KernelTour), "the documentation is not here");
        string tour = File.ReadAllText(RepositoryFiles.KernelTour);
        Assert.All(KernelCompiler.Kernels.Keys, kernel => Assert.Contains($"| {kernel.Replace('<', '(').Replace('>', ')')} ", tour, StringComparison.Ordinal));
    }

    /// <summary>Those that Ampere has the instructions for.</summary>
    public static TheoryData<string> AmpereKernels => [.. KernelCompiler.Kernels.Where(kernel => KernelCompiler.Runs(kernel.Value, CudaArchitecture.SM_80)).Select(kernel => kernel.Key)];

    [Theory, MemberData(nameof(AmpereKernels))]
    public void Compiles_to_PTX_for_Ampere(string kernel) => CompilesToPtx(kernel, CudaArchitecture.SM_80);

    [Theory, MemberData(nameof(Kernels))]
    public void Compiles_to_PTX_for_Hopper(string kernel) => CompilesToPtx(kernel, CudaArchitecture.SM_90);

    /// <summary>Those that are for NVIDIA GPUs alone are not compiled for others.</summary>
    public static TheoryData<string> PortableKernels =>
        [.. KernelCompiler.Kernels.Where(kernel => !kernel.Value.IsDefined(typeof(RequiresTensorCoresAttribute), inherit: false) && !KernelCompiler.IsForWarpgroups(kernel.Value)).Select(kernel => kernel.Key)];

    [Theory, MemberData(nameof(PortableKernels))]
    public void Compiles_to_OpenCL_C(string kernel)
    {
        string source = KernelCompiler.ToOpenCL(KernelCompiler.Kernels[kernel]);
        Assert.Contains("kernel void", source, StringComparison.Ordinal);
        Assert.DoesNotContain("double", source, StringComparison.Ordinal);
        // Of a barrier that fences global memory alone, OpenCL promises nothing about shared memory.
        Assert.DoesNotMatch(@"barrier \(\s*CLK_GLOBAL_MEM_FENCE", source);
        Assert.Empty(Names(OpenCLCalls(), source).Except(Names(OpenCLDefinitions(), source)).Except(OpenCLNames));
    }

    private static void CompilesToPtx(string kernel, CudaArchitecture architecture)
    {
        string ptx = KernelCompiler.ToPtx(KernelCompiler.Kernels[kernel], architecture);
        Assert.Contains(".entry", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".f64", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".extern .func", ptx, StringComparison.Ordinal);
        Assert.Empty(Names(PtxCalls(), ptx).Except(Names(PtxFunctions(), ptx)));
    }

    private static IEnumerable<string> Names(Regex pattern, string text) => pattern.Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"^[\w\s\*]+?(?<name>\w+) ?\([^;{]*\)\s*\{", RegexOptions.Multiline)]
    private static partial Regex OpenCLDefinitions();

    [GeneratedRegex(@"(?<name>[A-Za-z_]\w*) ?\(")]
    private static partial Regex OpenCLCalls();

    [GeneratedRegex(@"\.func\s+(\([^)]*\)\s*)?(?<name>[\w$]+)")]
    private static partial Regex PtxFunctions();

    [GeneratedRegex(@"\bcall(\.uni)?\s+(\([^)]*\),\s*)?(?<name>[\w$]+)")]
    private static partial Regex PtxCalls();
}
