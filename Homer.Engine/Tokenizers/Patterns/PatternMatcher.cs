using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>
/// Matches a pattern by trying its alternatives in their order, as Oniguruma does, with a stack of the choices that are left instead of
/// recursion.
/// </summary>
internal sealed class PatternMatcher
{
    // Entries of the stack: a kind and three numbers.
    private const int EntrySize = 4;
    private const int RetryChoice = 0;
    private const int RetryGreedy = 1;
    private const int RetryLazy = 2;
    private const int RestoreMark = 3;

    // A match may go back over the whole text some times; beyond, the pattern would run for ever.
    private const long FewestSteps = 1_000_000;
    private const long StepsPerCharacter = 64;

    private readonly Pattern pattern;
    private readonly Instruction[] instructions;
    private readonly int[] marks;
    private int[] stack = new int[64 * EntrySize];
    private int top;
    private long steps;

    internal PatternMatcher(Pattern pattern, Instruction[] instructions, int slots)
    {
        this.pattern = pattern;
        this.instructions = instructions;
        marks = new int[slots];
    }

    /// <summary>
    /// Whether matching has asked what is at the end of the text so far: if not, no further text changes what it found.
    /// </summary>
    internal bool TouchesEnd { get; private set; }

    /// <summary>Returns the next match at a place or after it; a length of -1 where there is none.</summary>
    /// <param name="text">The text, which the pattern sees whole.</param>
    /// <param name="from">The first place where a match may begin.</param>
    internal (int Begin, int Length) Find(ReadOnlySpan<char> text, int from)
    {
        for (int at = from; at <= text.Length;)
        {
            int point = CodePoints.At(text, at);
            if (pattern.First is { } first && !first.Contains(point))
            {
                at += CodePoints.Length(point);
                continue;
            }

            steps = FewestSteps + (StepsPerCharacter * text.Length);
            int end = Run(text, 0, at);
            if (end >= 0)
                return (at, end - at);
            at += CodePoints.Length(point);
            if (pattern.LeadingRun is { } run)
            {
                while (run.Contains(point = CodePoints.At(text, at)))
                    at += CodePoints.Length(point);
            }
        }

        TouchesEnd = true;
        return (text.Length, -1);
    }

    /// <summary>Runs instructions from a place and returns where the match ends; -1 where there is none.</summary>
    private int Run(ReadOnlySpan<char> text, int pc, int at)
    {
        int bottom = top;
        while (true)
        {
            Instruction instruction = instructions[pc];
            bool succeeds = true;
            switch (instruction.Operation)
            {
                case Operation.Match:
                    Unwind(bottom);
                    return at;
                case Operation.Set:
                    int point = Read(text, at);
                    succeeds = instruction.Members.Contains(point);
                    at += CodePoints.Length(point);
                    pc++;
                    break;
                case Operation.Loop:
                    succeeds = Loop(text, instruction, ref pc, ref at);
                    break;
                case Operation.Choice:
                    succeeds = Choose(text, instruction, 0, ref pc, at);
                    break;
                case Operation.Jump:
                    pc = instruction.Targets[0];
                    break;
                case Operation.Look:
                    succeeds = Looks(text, instruction, at);
                    pc = instruction.Next;
                    break;
                case Operation.Atomic:
                    int end = Run(text, instruction.Targets[0], at);
                    succeeds = end >= 0;
                    (pc, at) = (instruction.Next, end);
                    break;
                case Operation.Anchor:
                    // Some places are told by the character after the next one.
                    TouchesEnd |= at + 2 > text.Length;
                    succeeds = Place.Is(instruction.Anchor, text, at);
                    pc++;
                    break;
                case Operation.Mark:
                    Push(RestoreMark, instruction.Slot, marks[instruction.Slot], 0);
                    marks[instruction.Slot] = at;
                    pc++;
                    break;
                case Operation.JumpIfMoved:
                    pc = marks[instruction.Slot] == at ? pc + 1 : instruction.Targets[0];
                    break;
            }

            if (!succeeds && !Retry(text, bottom, out pc, out at))
                return -1;
        }
    }

    private int Read(ReadOnlySpan<char> text, int at)
    {
        int point = CodePoints.At(text, at);
        TouchesEnd |= point < 0;
        return point;
    }

    private bool Loop(ReadOnlySpan<char> text, Instruction loop, ref int pc, ref int at)
    {
        int begin = at, limit = loop.Greed == Greed.Lazy ? loop.Min : loop.Max, fewest = at;
        int count = 0;
        CodePointSet members = loop.Members;
        for (; count < limit; count++)
        {
            int point = Read(text, at);
            if (!members.Contains(point))
                break;
            at += CodePoints.Length(point);
            if (count < loop.Min)
                fewest = at;
        }

        if (count < loop.Min)
            return false;
        if (loop.Greed == Greed.Greedy && at > fewest)
            Push(RetryGreedy, pc, at, fewest);
        else if (loop.Greed == Greed.Lazy && loop.Max > loop.Min)
            Push(RetryLazy, pc, at, loop.Max - count);
        pc++;
        return begin <= at;
    }

    private bool Choose(ReadOnlySpan<char> text, Instruction choice, int from, ref int pc, int at)
    {
        int point = Read(text, at);
        CodePointSet?[] firsts = choice.Firsts;
        for (int i = from; i < firsts.Length; i++)
        {
            if (firsts[i] is { } first && !first.Contains(point))
                continue;
            if (i + 1 < firsts.Length)
                Push(RetryChoice, pc, at, i + 1);
            pc = choice.Targets[i];
            return true;
        }

        return false;
    }

    private bool Looks(ReadOnlySpan<char> text, Instruction look, int at)
    {
        for (int i = 0; i < look.Targets.Length; i++)
        {
            int begin = at;
            bool isBehind = look.Lengths.Length > 0;
            for (int count = isBehind ? look.Lengths[i] : 0; count > 0 && begin >= 0; count--)
                begin = CodePoints.Before(text, begin);
            int end = begin < 0 ? -1 : Run(text, look.Targets[i], begin);
            if (end >= 0 && (!isBehind || end == at))
                return !look.IsNegative;
        }

        return look.IsNegative;
    }

    /// <summary>Goes back to the last choice that is left above the bottom of the stack.</summary>
    private bool Retry(ReadOnlySpan<char> text, int bottom, out int pc, out int at)
    {
        if (--steps < 0)
            throw PatternText.Refusal(pattern.Text, "takes more steps on this text than Homer allows");
        while (top > bottom)
        {
            top -= EntrySize;
            (int kind, pc, at, int rest) = (stack[top], stack[top + 1], stack[top + 2], stack[top + 3]);
            switch (kind)
            {
                case RestoreMark:
                    marks[pc] = at;
                    continue;
                case RetryGreedy:
                    at = CodePoints.Before(text, at);
                    if (at > rest)
                        Push(RetryGreedy, pc, at, rest);
                    pc++;
                    return true;
                case RetryLazy:
                    int point = Read(text, at);
                    if (!instructions[pc].Members.Contains(point))
                        continue;
                    at += CodePoints.Length(point);
                    if (rest > 1)
                        Push(RetryLazy, pc, at, rest - 1);
                    pc++;
                    return true;
                default:
                    if (Choose(text, instructions[pc], rest, ref pc, at))
                        return true;
                    continue;
            }
        }

        (pc, at) = (0, 0);
        return false;
    }

    private void Unwind(int bottom)
    {
        while (top > bottom)
        {
            top -= EntrySize;
            if (stack[top] == RestoreMark)
                marks[stack[top + 1]] = stack[top + 2];
        }
    }

    private void Push(int kind, int pc, int at, int rest)
    {
        if (top == stack.Length)
            Array.Resize(ref stack, stack.Length * 2);
        (stack[top], stack[top + 1], stack[top + 2], stack[top + 3]) = (kind, pc, at, rest);
        top += EntrySize;
    }
}
