using System.Runtime.InteropServices;

namespace Homer.Engine.Files;

/// <summary>
/// Standard output, unbuffered, which says when its reader has ended: the stream of <see cref="Console"/> then drops what is written to it
/// without a word.
/// </summary>
internal sealed unsafe class StandardOutputStream : WriteOnlyStream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;
    private const int BadDescriptor = 9;
    private static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly Stream? console = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;

    /// <inheritdoc/>
    public override void Flush() => console?.Flush();

    private protected override void WriteAll(ReadOnlySpan<byte> bytes)
    {
        if (console is not null)
        {
            console.Write(bytes);
            return;
        }

        fixed (byte* start = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint count = LibC.Write(Descriptor, start + done, bytes.Length - done);
                if (count >= 0)
                    done += (int)count;
                else
                    Failed(Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>Refuses a descriptor that was closed when the process began, and may have gone to a file that is read.</summary>
    /// <exception cref="StandardOutputException">Nothing can be written to it.</exception>
    public static void RequireOpen()
    {
        if (LibC.Write(Descriptor, null, 0) < 0 && Marshal.GetLastPInvokeError() == BadDescriptor)
            throw Error(BadDescriptor);
    }

    /// <summary>Throws, unless the error is no reason not to try again.</summary>
    private static void Failed(int error)
    {
        if (error == Interrupted)
            return;
        if (error == WouldBlock)
        {
            // Another process made the shared terminal or pipe one that does not wait.
            Thread.Sleep(Pause);
            return;
        }

        throw Error(error);
    }

    private static StandardOutputException Error(int error)
    {
        var trouble = new IOException(error == BadDescriptor ? "it is closed" : Marshal.GetPInvokeErrorMessage(error), error);
        return new StandardOutputException(FileTrouble.IsBrokenPipe(trouble) ? null : FileTrouble.OutputSentence(trouble), trouble);
    }
}
