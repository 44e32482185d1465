using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>Compiles a parsed pattern to instructions.</summary>
internal sealed class PatternCompiler
{
    private const int MostInstructions = 50_000;

    private readonly string pattern;
    private readonly List<Instruction> instructions = [];
    private int slots;

    private PatternCompiler(string pattern) => this.pattern = pattern;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The pattern as it is written, for messages.</param>
    /// <param name="node">What it means.</param>
    /// <returns>The instructions, of which the first is the first to run, and the number of loops that are marked.</returns>
    /// <exception cref="HomerException">The pattern is too large, or looks behind by any number of characters.</exception>
    internal static (Instruction[] Instructions, int Slots) Compile(string pattern, PatternNode node)
    {
        var compiler = new PatternCompiler(pattern);
        compiler.Emit(node);
        compiler.Add(new(Operation.Match));
        Instruction[] all = [.. compiler.instructions];
        // What follows accepts every number of characters, so the loop keeps the first.
        for (int i = 0; i + 1 < all.Length; i++)
        {
            if (all[i] is { Operation: Operation.Loop, Greed: Greed.Greedy } && Follow(all, i + 1) == Operation.Match)
                all[i].Greed = Greed.Possessive;
        }

        return (all, compiler.slots);
    }

    private static Operation Follow(Instruction[] all, int at)
    {
        while (all[at].Operation == Operation.Jump)
            at = all[at].Targets[0];
        return all[at].Operation;
    }

    private void Emit(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Set set:
                Add(new(Operation.Set) { Members = set.Members });
                break;
            case PatternNode.Sequence sequence:
                foreach (PatternNode part in sequence.Parts)
                    Emit(part);
                break;
            case PatternNode.Choice choice:
                EmitChoice([.. choice.Alternatives.Select(part => ((Action)(() => Emit(part)), PatternFirst.Of(part)))]);
                break;
            case PatternNode.Repeat { Part: PatternNode.Set set } repeat:
                Add(new(Operation.Loop)
                {
                    Members = set.Members,
                    Min = repeat.Min,
                    Max = repeat.Max ?? int.MaxValue,
                    Greed = repeat.Greed,
                });
                break;
            case PatternNode.Repeat { Greed: Greed.Possessive } repeat:
                EmitPart(Operation.Atomic, repeat with { Greed = Greed.Greedy });
                break;
            case PatternNode.Repeat repeat:
                EmitRepeat(repeat);
                break;
            case PatternNode.Atomic atomic:
                EmitPart(Operation.Atomic, atomic.Part);
                break;
            case PatternNode.Look { IsBehind: true } look:
                EmitBehind(look);
                break;
            case PatternNode.Look look:
                EmitPart(Operation.Look, look.Part, look.IsNegative);
                break;
            case PatternNode.Anchor anchor:
                Add(new(Operation.Anchor) { Anchor = anchor.Kind });
                break;
        }
    }

    private void EmitRepeat(PatternNode.Repeat repeat)
    {
        for (int i = 0; i < repeat.Min; i++)
            Emit(repeat.Part);
        if (repeat.Max is { } max)
            EmitOptional(repeat, max - repeat.Min);
        else
            EmitLoop(repeat);
    }

    /// <summary>Emits X? that may hold another X?, to a number of times.</summary>
    private void EmitOptional(PatternNode.Repeat repeat, int times)
    {
        List<Instruction> choices = [];
        for (int i = 0; i < times; i++)
        {
            choices.Add(Add(new(Operation.Choice)));
            choices[i].Targets = [instructions.Count];
            Emit(repeat.Part);
        }

        foreach (Instruction choice in choices)
            Complete(choice, choice.Targets[0], instructions.Count, repeat);
    }

    private void EmitLoop(PatternNode.Repeat repeat)
    {
        int begin = instructions.Count;
        Instruction choice = Add(new(Operation.Choice));
        int slot = PatternFirst.MayBeEmpty(repeat.Part) ? slots++ : -1;
        int body = instructions.Count;
        if (slot >= 0)
            Add(new(Operation.Mark) { Slot = slot });
        Emit(repeat.Part);
        Add(new(slot < 0 ? Operation.Jump : Operation.JumpIfMoved) { Slot = slot, Targets = [begin] });
        Complete(choice, body, instructions.Count, repeat);
    }

    private static void Complete(Instruction choice, int body, int after, PatternNode.Repeat repeat)
    {
        CodePointSet? first = PatternFirst.Of(repeat.Part);
        bool isLazy = repeat.Greed == Greed.Lazy;
        choice.Targets = isLazy ? [after, body] : [body, after];
        choice.Firsts = isLazy ? [null, first] : [first, null];
    }

    private void EmitChoice((Action Emit, CodePointSet? First)[] alternatives)
    {
        Instruction choice = Add(new(Operation.Choice));
        List<Instruction> jumps = [];
        List<int> targets = [];
        foreach ((Action emit, _) in alternatives)
        {
            targets.Add(instructions.Count);
            emit();
            jumps.Add(Add(new(Operation.Jump)));
        }

        choice.Targets = [.. targets];
        choice.Firsts = [.. alternatives.Select(alternative => alternative.First)];
        foreach (Instruction jump in jumps)
            jump.Targets = [instructions.Count];
    }

    private void EmitPart(Operation operation, PatternNode part, bool isNegative = false)
    {
        Instruction instruction = Add(new(operation) { IsNegative = isNegative });
        instruction.Targets = [instructions.Count];
        Emit(part);
        Add(new(Operation.Match));
        instruction.Next = instructions.Count;
    }

    private void EmitBehind(PatternNode.Look look)
    {
        IReadOnlyList<PatternNode> alternatives = look.Part is PatternNode.Choice choice ? choice.Alternatives : [look.Part];
        Instruction instruction = Add(new(Operation.Look) { IsNegative = look.IsNegative });
        List<int> targets = [], lengths = [];
        foreach (PatternNode alternative in alternatives)
        {
            lengths.Add(PatternFirst.Length(alternative)
                ?? throw PatternText.Refusal(pattern, "looks behind by a number of characters that varies"));
            targets.Add(instructions.Count);
            Emit(alternative);
            Add(new(Operation.Match));
        }

        (instruction.Targets, instruction.Lengths) = ([.. targets], [.. lengths]);
        instruction.Next = instructions.Count;
    }

    private Instruction Add(Instruction instruction)
    {
        if (instructions.Count == MostInstructions)
            throw PatternText.Refusal(pattern, "is too large");
        instructions.Add(instruction);
        return instruction;
    }
}
