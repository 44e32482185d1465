using ILGPU.Runtime.Cuda;

namespace Homer.Tests.Kernels;

/// <summary>Writes every kernel's PTX into a folder for <c>eng/ptxas.sh</c>, which has NVIDIA's assembler check it.</summary>
public sealed class PtxFileTests
{
    /// <summary>The environment variable that names the folder.</summary>
    private const string FolderVariable = "HOMER_PTX_DIR";

    private static readonly CudaArchitecture[] Architectures = [CudaArchitecture.SM_80, CudaArchitecture.SM_90];

    [Fact]
    public void Writes_the_PTX_of_every_kernel()
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, $"writes files only where {FolderVariable} names a folder; eng/ptxas.sh does");
        Parallel.ForEach(
            from kernel in KernelCompiler.Kernels
            from architecture in Architectures
            where KernelCompiler.Runs(kernel.Value, architecture)
            select (kernel.Key, kernel.Value, architecture),
            item =>
            {
                string suffix = KernelCompiler.IsForWarpgroups(item.Value) ? "a" : "";
                string target = $"{item.architecture.Major}{item.architecture.Minor}{suffix}";
                string ptx = KernelCompiler.ToPtx(item.Value, item.architecture);
                File.WriteAllText(Path.Combine(folder, $"{FileName(item.Key)}.sm_{target}.ptx"), ptx);
            });
    }

    // Attention.Kernel<Float16> is written as Attention.Kernel(Float16).
    private static string FileName(string kernel) => kernel.Replace('<', '(').Replace('>', ')');
}
