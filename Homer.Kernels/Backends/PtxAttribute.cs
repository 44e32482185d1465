using System.Reflection;
using System.Text;
using ILGPU.Backends;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using Register = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.Register;

namespace Homer.Kernels.Backends;

/// <summary>
/// Replaces calls of the method by inline PTX. %0, %1, … stand for registers: first those of the result, then those of the arguments;
/// structures
/// count field by field.
/// </summary>
/// <remarks>
/// ILGPU's own inline assembly, <c>CudaAsm</c>, takes operands by reference and keeps them in local memory around every instruction; here
/// they
/// stay in registers.
/// </remarks>
/// <param name="text">The instructions.</param>
[AttributeUsage(AttributeTargets.Method)]
internal class PtxAttribute(string text) : Attribute
{
    private const BindingFlags Everything = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // Only static classes hold instructions.
    private static readonly Lazy<MethodInfo[]> Instructions = new(() =>
        [.. from type in typeof(PtxAttribute).Assembly.GetTypes()
            where type.IsAbstract && type.IsSealed
            from method in type.GetMethods(Everything)
            where method.IsDefined(typeof(PtxAttribute))
            select method]);

    /// <summary>The instructions.</summary>
    public string Text { get; } = text;

    /// <summary>Registers all methods of this assembly that bear the attribute.</summary>
    public static void Register(IntrinsicImplementationManager manager)
    {
        MethodInfo generator = typeof(PtxAttribute).GetMethod(nameof(Generate), Everything)!;
        foreach (MethodInfo method in Instructions.Value)
            manager.RegisterMethod(method, new PTXIntrinsic(generator, IntrinsicImplementationMode.GenerateCode));
    }

    private static void Generate(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        string text = call.Target.Source.GetCustomAttribute<PtxAttribute>()!.Text;
        List<Register> operands = [];
        if (!call.Type.IsVoidType)
            Add(generator.Allocate(value));
        foreach (ILGPU.IR.Values.ValueReference argument in call.Nodes)
            Add(generator.Load(argument));

        // From the last on, so that %1 is not found in %10.
        var line = new StringBuilder(text);
        for (int i = operands.Count - 1; i >= 0; i--)
        {
            var operand = generator.EnsureHardwareRegister((RegisterAllocator<PTXRegisterKind>.PrimitiveRegister)operands[i]);
            line.Replace($"%{i}", $"`{PTXRegisterAllocator.GetStringRepresentation(operand)}");
        }

        generator.Builder.Append('\t').Append(line.Replace('`', '%')).AppendLine();

        void Add(Register register)
        {
            if (register is RegisterAllocator<PTXRegisterKind>.CompoundRegister compound)
            {
                foreach (Register child in compound.Children)
                    Add(child);
            }
            else
            {
                operands.Add(register);
            }
        }
    }
}
