using System.Reflection;
using System.Text.RegularExpressions;
using Homer.Kernels.TensorCores;
using Homer.Tests.Support;
using ILGPU.Runtime.Cuda;

namespace Homer.Tests.Kernels;

/// <summary>Every kernel compiles for every GPU backend, needs no double precision and calls nothing that is not there.</summary>
public sealed partial class CompilationTests
{
    private const int KnownKernels = 20;

    // The functions and statements of OpenCL C that kernels may use besides their own functions.
    private static readonly string[] OpenCLNames =
    [
        "if", "switch", "while", "return", "get_local_id", "get_local_size", "get_num_groups", "get_group_id", "work_group_barrier",
        "work_group_reduce_add", "work_group_reduce_max", "work_group_reduce_min",
        "as_float", "as_int", "isnan", "fabs", "exp", "log", "sqrt", "fmax", "fmin", "max", "min",
    ];

    public static TheoryData<string> Kernels => [.. KernelCompiler.Kernels.Keys];

    [Fact]
    public void All_kernels_are_found() => Assert.InRange(KernelCompiler.Kernels.Count, KnownKernels, int.MaxValue);

    /// <summary>The tour holds the table of <c>eng/ptxas.sh</c>: a new kernel needs a new table.</summary>
    [Fact]
    public void All_kernels_are_in_the_tour()
    {
        Assert.SkipUnless(File.Exists(RepositoryFiles.KernelTour), "the documentation is not here");
        string tour = File.ReadAllText(RepositoryFiles.KernelTour);
        Assert.All(
            KernelCompiler.Kernels.Keys,
            kernel => Assert.Contains($"| {kernel.Replace('<', '(').Replace('>', ')')} ", tour, StringComparison.Ordinal));
    }

    /// <summary>The kernels for which Ampere has the instructions.</summary>
    public static TheoryData<string> AmpereKernels => Where(kernel => KernelCompiler.Runs(kernel, CudaArchitecture.SM_80));

    [Theory, MemberData(nameof(AmpereKernels))]
    public void Compiles_to_PTX_for_Ampere(string kernel) => CompilesToPtx(kernel, CudaArchitecture.SM_80);

    [Theory, MemberData(nameof(Kernels))]
    public void Compiles_to_PTX_for_Hopper(string kernel) => CompilesToPtx(kernel, CudaArchitecture.SM_90);

    /// <summary>The kernels that are compiled for every GPU; those for NVIDIA's tensor cores are not.</summary>
    public static TheoryData<string> PortableKernels => Where(
        kernel => !kernel.IsDefined(typeof(RequiresTensorCoresAttribute), inherit: false) && !KernelCompiler.IsForWarpgroups(kernel));

    [Theory, MemberData(nameof(PortableKernels))]
    public void Compiles_to_OpenCL_C(string kernel)
    {
        string source = KernelCompiler.ToOpenCL(KernelCompiler.Kernels[kernel]);
        Assert.Contains("kernel void", source, StringComparison.Ordinal);
        Assert.DoesNotContain("double", source, StringComparison.Ordinal);
        // A barrier that fences global memory alone guarantees nothing for shared memory.
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

    private static TheoryData<string> Where(Func<MethodInfo, bool> condition) =>
        [.. KernelCompiler.Kernels.Where(kernel => condition(kernel.Value)).Select(kernel => kernel.Key)];

    private static IEnumerable<string> Names(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"^[\w\s\*]+?(?<name>\w+) ?\([^;{]*\)\s*\{", RegexOptions.Multiline)]
    private static partial Regex OpenCLDefinitions();

    [GeneratedRegex(@"(?<name>[A-Za-z_]\w*) ?\(")]
    private static partial Regex OpenCLCalls();

    [GeneratedRegex(@"\.func\s+(\([^)]*\)\s*)?(?<name>[\w$]+)")]
    private static partial Regex PtxFunctions();

    [GeneratedRegex(@"\bcall(\.uni)?\s+(\([^)]*\),\s*)?(?<name>[\w$]+)")]
    private static partial Regex PtxCalls();
}
